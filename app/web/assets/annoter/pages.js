/** Which page is shown, and how large. */
import { typing } from "../shared/dom.js";

const LEVELS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

export function turn(reader) {
  const scene = reader.querySelector(".feuilles");
  const sheets = [...scene.querySelectorAll("[data-feuille]")];
  const number = reader.querySelector("[data-numero]");
  const rate = reader.querySelector("[data-taux]");
  let level = LEVELS.indexOf(1);

  const rank = () => {
    const middle = scene.getBoundingClientRect().top + scene.clientHeight / 3;
    const at = sheets.findIndex((sheet) => sheet.getBoundingClientRect().bottom > middle);
    return at === -1 ? sheets.length - 1 : at;
  };
  const tell = () => {
    const text = `${rank() + 1} / ${sheets.length}`;
    if (number.textContent !== text) number.textContent = text;
  };
  const reveal = (top) => scene.scrollTo({ top: scene.scrollTop + top - scene.getBoundingClientRect().top, behavior: "smooth" });
  const go = (step) => reveal(sheets[Math.min(sheets.length - 1, Math.max(0, rank() + step))].getBoundingClientRect().top - 12);

  function zoom(step) {
    const centre = (scene.scrollTop + scene.clientHeight / 2) / scene.scrollHeight;
    level = step === 0 ? LEVELS.indexOf(1) : Math.min(LEVELS.length - 1, Math.max(0, level + step));
    scene.style.setProperty("--zoom", LEVELS[level]);
    rate.textContent = `${LEVELS[level] * 100} %`;
    scene.scrollTop = centre * scene.scrollHeight - scene.clientHeight / 2;
  }

  /** On a telephone a page that is touched is shown twice as large, round where the finger was; touched again, whole. */
  function magnify(event) {
    const sheet = event.target.closest("[data-feuille]");
    if (!sheet || !matchMedia("(max-width: 600px)").matches || scene.classList.contains("dessine") || !getSelection().isCollapsed) return;
    const [before, whole] = [sheet.getBoundingClientRect(), LEVELS.indexOf(1)];
    zoom(level === whole ? LEVELS.indexOf(2) - level : 0);
    const after = sheet.getBoundingClientRect();
    scene.scrollBy(after.left - event.clientX + ((event.clientX - before.left) * after.width) / before.width, after.top - event.clientY + ((event.clientY - before.top) * after.height) / before.height);
  }

  scene.addEventListener("click", magnify);
  reader.addEventListener("click", (event) => {
    const button = event.target.closest("[data-page], [data-zoom]");
    if (button?.dataset.page) go(Number(button.dataset.page));
    else if (button?.dataset.zoom) zoom(Number(button.dataset.zoom));
  });
  const keys = { "+": () => zoom(1), "=": () => zoom(1), "-": () => zoom(-1), 0: () => zoom(0) };
  scene.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  scene.addEventListener("scroll", tell, { passive: true });
  tell();

  return {
    scene,
    sheets,
    current: () => sheets[rank()],
    /** Bring a node of a page into the reader's view. */
    look: (node) => reveal(node.getBoundingClientRect().top - scene.clientHeight / 3),
  };
}
