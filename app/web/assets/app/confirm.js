/** data-confirme on a form or a button: the question is asked in a native dialog; data-si-saisi: only if that form was filled. */
import { filled } from "./guard.js";

let granted = null;

function ask(text, action, grave) {
  const dialog = document.getElementById("confirmation");
  dialog.querySelector("[data-question]").textContent = text;
  const yes = dialog.querySelector("[value=oui]");
  yes.textContent = action;
  yes.classList.toggle("d", grave);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "oui"), { once: true }));
}

/** What a button shows: the words that only a screen reader says after it repeat the question's. */
function shown(button) {
  const seen = button.cloneNode(true);
  for (const hidden of seen.querySelectorAll(".vh")) hidden.remove();
  return seen.textContent.trim();
}

export function watchConfirmations() {
  document.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      const text = submitter?.dataset.confirme ?? form.dataset.confirme;
      if (!text || granted === form || !document.getElementById("confirmation")) return;
      if (form.dataset.siSaisi && !filled(document.getElementById(form.dataset.siSaisi))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await ask(text, submitter ? shown(submitter) : "", submitter?.matches(".d") ?? false))) {
        if (form.matches("[data-auto]")) form.reset();
        return;
      }
      granted = form;
      form.requestSubmit(submitter);
      granted = null;
    },
    true,
  );
}
