/** Boxes as fractions of a page: {x, y, largeur, hauteur}, origin top left. */

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export const between = (a, b) => {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, largeur: Math.abs(a.x - b.x), hauteur: Math.abs(a.y - b.y) };
};

/** A pointer's place on a sheet. */
export function place(event, sheet) {
  const box = sheet.getBoundingClientRect();
  return { x: clamp((event.clientX - box.left) / box.width, 0, 1), y: clamp((event.clientY - box.top) / box.height, 0, 1) };
}

/** The box kept inside the page and never thinner than can be seen. */
export function inside({ x, y, largeur, hauteur }) {
  const [l, h] = [clamp(largeur, 0.02, 1), clamp(hauteur, 0.012, 1)];
  return { x: clamp(x, 0, 1 - l), y: clamp(y, 0, 1 - h), largeur: l, hauteur: h };
}

/** The words under a box ([text, x0, y0, x1, y1, confidence] each), the box drawn tight round them, and their text. */
export function snap(box, words) {
  const [right, bottom] = [box.x + box.largeur, box.y + box.hauteur];
  const hit = words.filter(([, x0, y0, x1, y1]) => {
    const over = Math.min(y1, bottom) - Math.max(y0, box.y);
    return x0 <= right && x1 >= box.x && y0 <= bottom && y1 >= box.y && (over >= (y1 - y0) * 0.3 || box.hauteur < 0.01);
  });
  if (!hit.length) return { box: inside(box), text: "" };
  const [x, y] = [Math.min(...hit.map((word) => word[1])), Math.min(...hit.map((word) => word[2]))];
  const tight = { x, y, largeur: Math.max(...hit.map((word) => word[3])) - x, hauteur: Math.max(...hit.map((word) => word[4])) - y };
  return { box: inside(tight), text: hit.map((word) => word[0]).join(" ") };
}

const known = new Map();

/** The words of a sheet, asked of the server once; none when it has none. */
export function wordsOf(sheet) {
  const address = sheet.dataset.mots;
  if (!address) return Promise.resolve([]);
  if (!known.has(address))
    known.set(
      address,
      fetch(address, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : []))
        .catch(() => []),
    );
  return known.get(address);
}
