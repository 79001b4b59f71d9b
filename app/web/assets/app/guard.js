/** form[data-garde]: what was typed is not left by mistake; the browser asks before the page goes. */

const changed = (field) => {
  if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0;
  if (field.matches("input[type=checkbox], input[type=radio]")) return field.checked !== field.defaultChecked;
  return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
};

export const filled = (form) => [...(form?.elements ?? [])].some(changed);

export function watchGuards() {
  addEventListener("beforeunload", (event) => {
    const left = [...document.querySelectorAll("form[data-garde]")].some((form) => !form.dataset.parti && filled(form));
    if (left) event.preventDefault();
  });
}
