/** «Où en est ce courrier ?»: the circuit as it was drawn, with the path done, the step now and what is to come. */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./viewer.css";
import { make } from "../shared/dom.js";
import { drive } from "./camera.js";
import { legend } from "./legend.js";
import { paint } from "./paint.js";
import { say } from "./words.js";

function state(place) {
  const block = place.parentElement.querySelector('script[type="application/json"]');
  return block ? JSON.parse(block.textContent) : {};
}

async function source(address) {
  const answer = await fetch(address, { headers: { Accept: "application/xml, text/xml, */*" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

export async function show(place) {
  const sheet = make("div", { class: "circuit-feuille" });
  place.classList.add("circuit");
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", say("titre"));
  place.replaceChildren(sheet);
  try {
    const progress = state(place);
    const viewer = new NavigatedViewer({ container: sheet, zoomScroll: { enabled: false }, overlays: { defaults: { scale: { min: 0.9, max: 1.4 } } } });
    await viewer.importXML(await source(place.dataset.xmlUrl));
    viewer.get("canvas")._svg.setAttribute("aria-label", say("touches"));
    viewer.get("canvas")._svg.setAttribute("role", "application");
    paint(viewer, progress);
    place.append(make("div", { class: "circuit-pied" }, legend(progress), drive(viewer, sheet, progress.active?.[0] ?? progress.late?.[0])));
    place.dataset.pret = "";
  } catch (fault) {
    place.replaceChildren(make("div", { class: "message erreur", role: "alert" }, make("div", {}, say("panne", { cause: fault.message }))));
  }
}

document.querySelectorAll("[data-circuit]").forEach(show);
