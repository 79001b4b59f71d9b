/** [data-accepte]: a candidate for a field is taken over by one click, or by Alt and its rank in the field; «*» takes the first of every field. */

/** A value given to a field as if it had been typed. */
export function put(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function accept(button) {
  const field = document.getElementById(button.dataset.accepte);
  if (!field) return;
  put(field, button.dataset.valeur);
  for (const other of button.parentElement.querySelectorAll("[data-accepte]")) other.setAttribute("aria-pressed", other === button);
}

export function dressOffers(root) {
  // A button that no longer submits: Enter in a field sends the form, as the first button that does.
  for (const button of root.querySelectorAll("[data-accepte]")) {
    button.type = "button";
    if (button.dataset.accepte !== "*") button.setAttribute("aria-pressed", "false");
  }
}

/** The candidate of this rank for the field that has the focus. */
function ranked(event) {
  const rank = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!rank || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return null;
  const field = document.activeElement?.id || document.activeElement?.closest(".offre")?.querySelector("[data-accepte]")?.dataset.accepte;
  return field ? (document.querySelectorAll(`[data-accepte="${CSS.escape(field)}"]`)[rank - 1] ?? null) : null;
}

export function watchOffers() {
  document.addEventListener("keydown", (event) => {
    const button = ranked(event);
    if (!button) return;
    event.preventDefault();
    accept(button);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-accepte]");
    if (!button) return;
    if (button.dataset.accepte !== "*") return accept(button);
    for (const first of document.querySelectorAll(".offre [data-accepte]:first-of-type")) {
      if (document.getElementById(first.dataset.accepte)?.value === "") accept(first);
    }
  });
}
