/** Buttons that act on the page: print, open a dialog, close it, copy a number. */
import { word } from "../shared/words.js";

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copie);
    button.textContent = word("copie");
  } catch {
    // Browsers copy on secure pages only: the number is chosen, for the person's own keys.
    getSelection().selectAllChildren(button.closest(".message").querySelector(".chrono"));
  }
}

export function watchButtons() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-imprime], [data-ouvre], [data-ferme], [data-copie]");
    if (!button) return;
    if (button.hasAttribute("data-imprime")) print();
    else if (button.dataset.copie) copy(button);
    else if (button.dataset.ouvre) document.getElementById(button.dataset.ouvre)?.showModal();
    else button.closest("dialog")?.close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("[aria-disabled=true]")) event.preventDefault();
  });
}
