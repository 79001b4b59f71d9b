/** A mark on the page and its remark show each other. */

export function tieMarks(reader, pages) {
  const light = (id) => {
    reader.querySelectorAll(".vue").forEach((node) => node.classList.remove("vue"));
    if (!id) return;
    reader.querySelector(`a.marque[href="#annotation-${id}"]`)?.classList.add("vue");
    document.getElementById(`annotation-${id}`)?.classList.add("vue");
  };
  const idOf = (node) => node?.closest?.("a.marque")?.getAttribute("href").slice("#annotation-".length) ?? node?.closest?.("li[id^=annotation-]")?.id.slice("annotation-".length);
  reader.addEventListener("click", (event) => {
    const id = idOf(event.target);
    if (!id || event.defaultPrevented || event.target.closest("form")) return;
    const mark = event.target.closest("a.marque");
    if (!mark && !event.target.closest("a.numero")) return;
    event.preventDefault();
    light(id);
    if (mark) {
      const remark = document.getElementById(`annotation-${id}`);
      remark.closest("details").open = true;
      remark.scrollIntoView({ block: "nearest", behavior: "smooth" });
      remark.focus({ preventScroll: true });
    } else {
      const shown = reader.querySelector(`a.marque[href="#annotation-${id}"]`);
      pages.look(shown);
      shown.focus({ preventScroll: true });
    }
  });
  for (const name of ["pointerover", "focusin"]) reader.addEventListener(name, (event) => light(idOf(event.target)));
}
