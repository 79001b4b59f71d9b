/** data-champ: while a field is filled, the place where its value was read is framed on the page; the frame leads back to the field. */
import { say } from "./words.js";

export function tieFields(reader, pages) {
  const boxes = (name) => reader.querySelectorAll(`rect.lu[data-pour="${CSS.escape(name)}"]`);
  for (const rect of reader.querySelectorAll("rect.lu")) {
    const field = document.querySelector(`[data-champ="${CSS.escape(rect.dataset.pour)}"]`);
    if (!field) continue;
    const label = field.labels?.[0]?.textContent.trim() ?? rect.dataset.pour;
    const title = document.createElementNS(rect.namespaceURI, "title");
    title.textContent = say("champ", { mots: label });
    rect.append(title);
  }
  const follow = (node) => {
    reader.querySelectorAll("rect.lu.vu").forEach((rect) => rect.classList.remove("vu"));
    const name = node?.closest?.("[data-champ]")?.dataset.champ;
    const shown = name ? boxes(name) : [];
    shown.forEach((rect) => rect.classList.add("vu"));
    if (shown.length) pages.look(shown[0]);
  };
  document.addEventListener("focusin", (event) => follow(event.target));
  follow(document.activeElement);
  reader.addEventListener("click", (event) => {
    const rect = event.target.closest?.("rect.lu");
    if (rect) document.querySelector(`[data-champ="${CSS.escape(rect.dataset.pour)}"]`)?.focus();
  });
}
