/** Buttons that act on the page: print, open a dialog, close it. */

export function watchButtons() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-imprime], [data-ouvre], [data-ferme]");
    if (!button) return;
    if (button.hasAttribute("data-imprime")) print();
    else if (button.dataset.ouvre) document.getElementById(button.dataset.ouvre)?.showModal();
    else button.closest("dialog")?.close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("[aria-disabled=true]")) event.preventDefault();
  });
}
