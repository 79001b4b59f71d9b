/** A frame drawn on a page: by dragging, by clicking a word, or by the keys alone. */
import { make, svg } from "../shared/dom.js";
import { between, inside, place, snap, wordsOf } from "./boxes.js";
import { say } from "./words.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function ghost(sheet) {
  const layer = sheet.querySelector(".calque");
  const { width, height } = layer.viewBox.baseVal;
  const shape = svg("rect", { class: "trace" });
  layer.append(shape);
  return {
    move({ x, y, largeur, hauteur }) {
      for (const [name, value] of Object.entries({ x: x * width, y: y * height, width: largeur * width, height: hauteur * height })) shape.setAttribute(name, value);
    },
    remove: () => shape.remove(),
  };
}

export function draw(reader, pages, done) {
  const button = reader.querySelector("[data-annoter]");
  const note = reader.querySelector("[data-consigne]");
  let trace = null;
  let start = null;
  let frame = null;

  function clear() {
    trace?.remove();
    frame?.remove();
    trace = start = frame = null;
  }
  function stop() {
    const hadFrame = frame?.contains(document.activeElement);
    clear();
    pages.scene.classList.remove("dessine");
    button.setAttribute("aria-pressed", "false");
    note.textContent = "";
    if (hadFrame) button.focus();
  }
  function finish(sheet, { box, text }) {
    trace?.move(box);
    done({ page: Number(sheet.dataset.feuille), ...box, text });
  }
  function begin(byKeys) {
    pages.scene.classList.add("dessine");
    button.setAttribute("aria-pressed", "true");
    note.textContent = say(byKeys ? "clavier" : "consigne");
    if (byKeys) hold(pages.current());
    else pages.sheets.forEach(wordsOf);
  }

  function hold(sheet) {
    const page = sheet.dataset.feuille;
    let box = { x: 0.15, y: 0.3, largeur: 0.7, hauteur: 0.05 };
    const show = () => {
      for (const [name, value] of [["left", box.x], ["top", box.y], ["width", box.largeur], ["height", box.hauteur]]) frame.style[name] = `${value * 100}%`;
      const round = (value) => Math.round(value * 100);
      note.textContent = say("place", { page, x: round(box.x), y: round(box.y), l: round(box.largeur), h: round(box.hauteur) });
    };
    frame = make("button", { type: "button", class: "cadre-clavier", "aria-label": `${say("cadre", { page })}. ${say("clavier")}` });
    frame.addEventListener("keydown", (event) => {
      const [dx, dy] = ARROWS[event.key] ?? [0, 0];
      if (!dx && !dy) return;
      event.preventDefault();
      event.stopPropagation();
      const step = event.altKey ? 0.002 : 0.01;
      box = inside(event.shiftKey ? { ...box, largeur: box.largeur + dx * step, hauteur: box.hauteur + dy * step } : { ...box, x: box.x + dx * step, y: box.y + dy * step });
      show();
    });
    frame.addEventListener("click", async () => finish(sheet, { box, text: snap(box, await wordsOf(sheet)).text }));
    sheet.append(frame);
    show();
    frame.focus({ preventScroll: true });
    pages.look(frame);
  }

  button.addEventListener("click", (event) => {
    if (button.getAttribute("aria-pressed") === "true") stop();
    else begin(event.detail === 0);
  });
  reader.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pages.scene.classList.contains("dessine") && !reader.querySelector("dialog[open]")) stop();
  });
  pages.scene.addEventListener("pointerdown", (event) => {
    const sheet = event.target.closest("[data-feuille]");
    if (!sheet || event.button !== 0 || !pages.scene.classList.contains("dessine") || event.target === frame) return;
    event.preventDefault();
    clear();
    start = { sheet, at: place(event, sheet), id: event.pointerId };
    trace = ghost(sheet);
    pages.scene.setPointerCapture(event.pointerId);
  });
  pages.scene.addEventListener("pointermove", (event) => {
    if (start?.id === event.pointerId) trace.move(between(start.at, place(event, start.sheet)));
  });
  pages.scene.addEventListener("pointercancel", clear);
  pages.scene.addEventListener("pointerup", async (event) => {
    if (start?.id !== event.pointerId) return;
    const { sheet, at } = start;
    start = null;
    finish(sheet, snap(between(at, place(event, sheet)), await wordsOf(sheet)));
  });
  pages.scene.addEventListener("click", (event) => {
    if (pages.scene.classList.contains("dessine") && event.target.closest("a.marque")) event.preventDefault();
  });
  return { stop };
}
