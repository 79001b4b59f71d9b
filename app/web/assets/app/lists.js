/** Filters that send themselves, and tables whose rows are chosen together. */
import { plural } from "../shared/words.js";

export function watchFilters() {
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("form[data-auto]") && event.target.type !== "search") form.requestSubmit(form.querySelector("button"));
  });
}

function count(table) {
  const boxes = [...table.querySelectorAll("input[data-un]:not(:disabled)")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = table.querySelector("input[data-tous]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const scope = table.closest("form") ?? document;
  scope.querySelectorAll("[data-compte]").forEach((place) => (place.textContent = plural("choisis", chosen)));
  scope.querySelectorAll("[data-si-choix]").forEach((button) => (button.disabled = chosen === 0));
}

export function watchSelection() {
  document.addEventListener("change", (event) => {
    const table = event.target.closest?.("table");
    if (!table || !event.target.matches("input[data-un], input[data-tous]")) return;
    if (event.target.matches("[data-tous]"))
      table.querySelectorAll("input[data-un]:not(:disabled)").forEach((box) => (box.checked = event.target.checked));
    count(table);
  });
  document.querySelectorAll("table:has(input[data-un])").forEach(count);
}
