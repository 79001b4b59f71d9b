/** A form is sent once: a second click while the first travels does nothing. */
import { word } from "../shared/words.js";

function release(form) {
  delete form.dataset.parti;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
    button.removeAttribute("title");
  }
}

/** A preview or a download leaves the page as it is: it may be asked for again. */
const again = (form, button) =>
  form.hasAttribute("data-plusieurs-fois") || button?.hasAttribute("data-plusieurs-fois") || (button?.getAttribute("formtarget") ?? form.target) === "_blank";

export function hold() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || again(form, button)) return;
    if (form.dataset.parti) {
      event.preventDefault();
      return;
    }
    form.dataset.parti = "1";
    form.setAttribute("aria-busy", "true");
    if (button) {
      button.setAttribute("aria-busy", "true");
      button.setAttribute("aria-disabled", "true");
      button.title = word("envoi");
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-parti]").forEach(release);
  });
}
