/** Small helpers to build elements without ever writing markup from data. */

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const NS = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** The drawing of an icon, given the `d` of its strokes. */
export const icon = (...strokes) =>
  svg("svg", { class: "ic", viewBox: "0 0 20 20", "aria-hidden": "true" }, ...strokes.map((d) => svg("path", { d })));

export const typing = (node) => node instanceof Element && (node.isContentEditable || node.matches("input, textarea, select"));

/** Goes to a field, out of the folds it lies in, moving the page no further than it must; what it holds is ready to be typed over. */
export function reach(field) {
  for (let fold = field.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "nearest" });
  field.select?.();
}
