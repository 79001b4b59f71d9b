/** The key of the drawing, in words. */
import { make } from "../shared/dom.js";
import { say } from "./words.js";

export function legend({ done = [], flows = [], active = [], late = [], planned = [], durations = {} }) {
  const shown = [
    ["fait", done.length],
    ["active", active.some((id) => !late.includes(id))],
    ["late", late.length],
    ["prevu", planned.length],
    ["chemin", flows.length],
    ["duree", Object.keys(durations).length],
  ];
  const items = shown.filter(([, any]) => any).map(([kind]) => make("li", {}, make("span", { class: `circuit-echantillon ${kind}`, "aria-hidden": "true" }), say(kind)));
  return make("ul", { class: "circuit-legende", "aria-label": say("legende") }, ...items);
}
