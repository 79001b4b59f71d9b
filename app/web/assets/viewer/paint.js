/** Marks on the drawing: each state has its outline and its word, never a colour alone. */
import { icon, make, svg } from "../shared/dom.js";
import { language } from "../shared/words.js";
import { say } from "./words.js";

const CHECK = "m4 10.5 4 4 8-9";

const pill = (kind, ...content) => make("span", { class: `circuit-pastille ${kind}` }, ...content);

const lasting = (hours) => {
  const number = (value, digits) => value.toLocaleString(language(), { maximumFractionDigits: digits });
  return hours >= 24 ? say("jours", { n: number(hours / 24, 1) }) : say("heures", { n: number(hours, hours < 10 ? 1 : 0) });
};

function frame(layer, element, share) {
  layer.append(
    svg("rect", {
      x: element.x - 7, y: element.y - 7, width: element.width + 14, height: element.height + 14, rx: 14,
      class: "circuit-chaleur", "stroke-width": (2 + 9 * share).toFixed(1),
    }),
  );
}

function durations(viewer, hours) {
  const registry = viewer.get("elementRegistry");
  const longest = Math.max(...Object.values(hours), 1);
  const layer = viewer.get("canvas").getLayer("chaleur", 1);
  for (const [id, spent] of Object.entries(hours)) {
    const element = registry.get(id);
    if (!element) continue;
    frame(layer, element, spent / longest);
    const badge = pill("duree", lasting(spent));
    badge.setAttribute("title", say("attente", { mots: lasting(spent) }));
    viewer.get("overlays").add(id, "duree", { position: { top: -20, left: -4 }, html: badge });
  }
}

/** `progress`: {done, flows, active, late: [ids]; planned: [id or {id, mots}]; durations: {id: hours}}. */
export function paint(viewer, { done = [], flows = [], active = [], late = [], planned = [], durations: hours = {} }) {
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  const known = (ids) => ids.filter((id) => registry.get(id));
  const now = new Set([...active, ...late]);
  const shape = (id) => registry.get(id).type.match(/Task|Activity|SubProcess/);
  for (const id of known(flows)) canvas.addMarker(id, "circuit-chemin");
  for (const id of known(done)) {
    if (now.has(id)) continue;
    canvas.addMarker(id, "circuit-fait");
    if (shape(id)) overlays.add(id, { position: { top: -10, right: 14 }, html: pill("fait rond", icon(CHECK)) });
  }
  for (const id of known([...now])) {
    const kind = late.includes(id) ? "late" : "active";
    canvas.addMarker(id, `circuit-${kind}`);
    overlays.add(id, { position: { top: -16, left: -4 }, html: pill(kind, say(kind)) });
  }
  for (const step of planned) {
    const { id, mots } = typeof step === "string" ? { id: step } : step;
    if (!registry.get(id) || now.has(id)) continue;
    canvas.addMarker(id, "circuit-prevu");
    if (mots) overlays.add(id, { position: { top: -16, left: -4 }, html: pill("prevu", mots) });
  }
  if (Object.keys(hours).length) durations(viewer, hours);
}
