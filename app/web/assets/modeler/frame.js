/** The frame round the drawing: buttons, status, properties, findings. */
import { icon, make } from "../shared/dom.js";
import { say } from "./words.js";

const DRAWINGS = {
  defaire: ["M7 5 3 9l4 4", "M3 9h9a5 5 0 0 1 0 8h-2"],
  refaire: ["M13 5l4 4-4 4", "M17 9H8a5 5 0 0 0 0 8h2"],
  tout: ["M3 7V3h4M17 7V3h-4M3 13v4h4M17 13v4h-4"],
  telecharger: ["M10 3v10M6 9l4 4 4-4M3 17h14"],
  simuler: ["M6 4l10 6-10 6z"],
};

const plain = (key) => make("button", { type: "button", class: "bt ic-seul", "aria-label": say(key), title: say(key), "data-geste": key }, icon(...DRAWINGS[key]));

export function frame(place) {
  const canvas = make("div", { class: "modeleur-schema", role: "region", "aria-label": say("schema") });
  const panel = make("div", { class: "modeleur-proprietes" });
  const list = make("ul", { class: "modeleur-constats" });
  const heading = make("h2", { id: "modeleur-constats" });
  const status = make("p", { class: "modeleur-etat", role: "status" });
  const simulate = make("button", { type: "button", class: "bt", "data-geste": "simuler", "aria-pressed": "false" }, icon(...DRAWINGS.simuler), say("simuler"));
  const tools = make(
    "div",
    { class: "modeleur-outils", role: "toolbar", "aria-label": say("outils") },
    make("button", { type: "button", class: "bt p", "data-geste": "enregistrer", "aria-keyshortcuts": "Control+S" }, say("enregistrer")),
    make("button", { type: "button", class: "bt", "data-geste": "verifier" }, say("verifier")),
    make("button", { type: "button", class: "bt", "data-geste": "deployer" }, say("deployer")),
    status,
    make("div", { class: "modeleur-gestes" }, plain("defaire"), plain("refaire"), plain("tout"), simulate, plain("telecharger")),
  );
  const side = make(
    "div",
    { class: "modeleur-cote" },
    make("section", { class: "modeleur-fiche", "aria-label": say("proprietes") }, panel),
    make("section", { class: "modeleur-liste", "aria-labelledby": "modeleur-constats" }, heading, list),
  );
  place.classList.add("modeleur");
  place.replaceChildren(tools, canvas, side);
  return { canvas, panel, list, heading, status, tools, simulate };
}
