/** Zoom and move by buttons, keys, mouse and finger; the wheel zooms only with Ctrl, so that the page still scrolls. */
import { icon, make } from "../shared/dom.js";
import { say } from "./words.js";

const LEAST = 0.8;
const STEP = 1.25;

export function drive(viewer, sheet, current) {
  const canvas = viewer.get("canvas");
  const all = () => canvas.zoom("fit-viewport", "auto");
  const by = (factor) => canvas.zoom(Math.min(4, Math.max(0.15, canvas.zoom() * factor)));
  const here = () => current && viewer.get("elementRegistry").get(current) && canvas.scrollToElement(current, 60);

  function height() {
    // A page that is being left has no width, of which no scale can be made.
    if (!sheet.clientWidth) return;
    const box = canvas.viewbox().inner;
    const scale = Math.min(1, Math.max(LEAST, (sheet.clientWidth - 32) / box.width));
    sheet.style.height = `${Math.round(Math.min(640, innerHeight * 0.75, Math.max(220, box.height * scale + 56)))}px`;
    canvas.resized();
    all();
    if (canvas.zoom() < LEAST) {
      canvas.zoom(LEAST);
      const seen = canvas.viewbox();
      canvas.scroll({ dx: (seen.x - box.x + 16) * seen.scale, dy: (seen.y - box.y + 24) * seen.scale });
      here();
    } else if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  }

  const keys = { "+": () => by(STEP), "=": () => by(STEP), "-": () => by(1 / STEP), 0: height };
  sheet.addEventListener("keydown", (event) => {
    const run = !event.ctrlKey && !event.metaKey && keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
  sheet.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = sheet.getBoundingClientRect();
      canvas.zoom(Math.min(4, Math.max(0.15, canvas.zoom() * (event.deltaY < 0 ? 1.1 : 0.9))), { x: event.clientX - box.left, y: event.clientY - box.top });
    },
    { passive: false },
  );
  let last = null;
  sheet.addEventListener("pointerdown", (event) => event.pointerType === "touch" && (last = event));
  sheet.addEventListener("pointermove", (event) => {
    if (!last || event.pointerId !== last.pointerId) return;
    canvas.scroll({ dx: event.clientX - last.clientX, dy: event.clientY - last.clientY });
    last = event;
  });
  for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => (last = null));
  new ResizeObserver(([entry]) => entry.contentRect.width !== width && ((width = entry.contentRect.width), height())).observe(sheet);
  let width = sheet.clientWidth;
  height();

  const button = (label, run, ...drawing) => make("button", { type: "button", class: "bt petit ic-seul", "aria-label": label, title: label, on: { click: run } }, icon(...drawing));
  return make(
    "div",
    { class: "circuit-outils" },
    button(say("plus"), () => by(STEP), "M10 4v12M4 10h12"),
    button(say("moins"), () => by(1 / STEP), "M4 10h12"),
    button(say("tout"), height, "M3 7V3h4M17 7V3h-4M3 13v4h4M17 13v4h-4"),
    current ? button(say("ici"), here, "M10 3v3M10 14v3M3 10h3M14 10h3M10 7.5a2.5 2.5 0 1 0 .1 0") : null,
  );
}
