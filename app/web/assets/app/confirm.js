/** data-confirme on a form or a button: the question is asked in a native dialog. */

let granted = null;

function ask(text, action) {
  const dialog = document.getElementById("confirmation");
  dialog.querySelector("[data-question]").textContent = text;
  dialog.querySelector("[value=oui]").textContent = action;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "oui"), { once: true }));
}

export function watchConfirmations() {
  document.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      const text = submitter?.dataset.confirme ?? form.dataset.confirme;
      if (!text || granted === form || !document.getElementById("confirmation")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await ask(text, submitter?.textContent.trim() ?? ""))) return;
      granted = form;
      form.requestSubmit(submitter);
      granted = null;
    },
    true,
  );
}
