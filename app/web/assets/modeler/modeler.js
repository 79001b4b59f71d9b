/** The designers' modeller on `#modeleur`: draw, save, check, deploy. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/dist/assets/properties-panel.css";
import "bpmn-js-element-templates/dist/assets/element-templates.css";
import "@bpmn-io/element-template-chooser/dist/element-template-chooser.css";
import "bpmn-js-bpmnlint/dist/assets/css/bpmn-js-bpmnlint.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "bpmn-js-color-picker/colors/color-picker.css";
import "./modeler.css";
import { assemble } from "./kit.js";
import { board } from "./findings.js";
import { frame } from "./frame.js";
import { missing } from "./french/index.js";
import { post, Refused, source } from "./server.js";
import { speakFrench } from "./simulation.js";
import { applyStyles } from "./styles.js";
import { say } from "./words.js";
import { language } from "../shared/words.js";

const hour = () => new Date().toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit" });

function download(name, xml) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const READABLE = 0.7;
const PALETTE = 130;

/** The whole drawing when it stays readable, else its beginning, beside the palette. */
function wide(canvas) {
  canvas.zoom("fit-viewport", "auto");
  canvas.zoom(Math.min(1, Math.max(READABLE, canvas.zoom() * 0.85)), "auto");
  const { x, y, scale, inner } = canvas.viewbox();
  canvas.scroll({ dx: (x - inner.x) * scale + PALETTE, dy: (y - inner.y) * scale + 64 });
}

export async function mount(place) {
  applyStyles(document.body);
  const ui = frame(place);
  const modeler = assemble(ui.canvas, ui.panel);
  const tell = (text, kind = "") => {
    ui.status.textContent = text;
    ui.status.className = `modeleur-etat ${kind}`;
  };
  const findings = board(modeler, ui.list, ui.heading);
  const stack = modeler.get("commandStack");
  let revision = Number(place.dataset.revision ?? 0);
  let saved = -1;
  let busy = false;

  const dirty = () => stack._stackIdx !== saved;
  const xml = async () => (await modeler.saveXML({ format: true })).xml;

  function buttons() {
    const press = (name) => ui.tools.querySelector(`[data-geste=${name}]`);
    press("defaire").disabled = !stack.canUndo();
    press("refaire").disabled = !stack.canRedo();
  }

  async function exchange(key, address, then) {
    if (busy) return;
    busy = true;
    const button = ui.tools.querySelector(`[data-geste=${key}]`);
    button.setAttribute("aria-busy", "true");
    tell(say("encours", { quoi: say(key) }));
    const at = stack._stackIdx;
    try {
      const told = await post(address, { xml: await xml(), revision });
      if (told.revision !== undefined) revision = told.revision;
      const count = told.findings ? findings.show(told.findings) : null;
      then(told, count, at);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      if (fault.findings) findings.show(fault.findings);
      tell(fault.message, "erreur");
    } finally {
      button.removeAttribute("aria-busy");
      busy = false;
    }
  }

  const verify = (then = () => {}) =>
    exchange("verifier", place.dataset.checkUrl, (_told, count) => {
      tell(count.n ? say("verifie", count) : say("aucun"), count.fautes ? "erreur" : "ok");
      then(count.avertissements);
    });

  async function deploy() {
    let open = null;
    await verify((warnings) => (open = warnings));
    if (open === null) return;
    const dialog = document.getElementById("confirmation");
    dialog.querySelector("[data-question]").textContent = say(["question", "averti"][open] ?? "avertis", { n: open });
    dialog.querySelector("[value=oui]").textContent = say("deployerOui");
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    if (dialog.returnValue !== "oui") return;
    await exchange("deployer", place.dataset.deployUrl, (told, _count, at) => {
      saved = at;
      tell(told.message ?? say("deploye", { version: told.version }), "ok");
    });
  }

  const GESTURES = {
    enregistrer: () =>
      exchange("enregistrer", place.dataset.saveUrl, (told, _count, at) => {
        saved = at;
        tell([say("garde", { heure: hour() }), told.message].filter(Boolean).join(" "), "ok");
      }),
    verifier: () => verify(),
    deployer: deploy,
    defaire: () => stack.undo(),
    refaire: () => stack.redo(),
    tout: () => modeler.get("canvas").zoom("fit-viewport", "auto"),
    simuler: () => modeler.get("toggleMode").toggleMode(),
    telecharger: async () => download(`${place.dataset.cle ?? "circuit"}.bpmn`, await xml()),
  };

  ui.tools.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-geste]");
    if (!button) return;
    await GESTURES[button.dataset.geste]();
    // The mouse goes on in the drawing, so its keys (Ctrl+Z) must too; who came by the keyboard stays on the button.
    if (event.detail && [document.body, button].includes(document.activeElement)) modeler.get("canvas").focus();
  });
  place.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    GESTURES.enregistrer();
  });
  modeler.on("commandStack.changed", () => {
    buttons();
    if (dirty()) tell(say("change"), "change");
  });
  modeler.on("tokenSimulation.toggleMode", ({ active }) => ui.simulate.setAttribute("aria-pressed", String(active)));
  addEventListener("beforeunload", (event) => dirty() && event.preventDefault());

  try {
    const { warnings } = await modeler.importXML(await source(place.dataset.xmlUrl));
    saved = stack._stackIdx;
    wide(modeler.get("canvas"));
    tell(warnings.length ? warnings[0].message : say("charge"), warnings.length ? "erreur" : "");
  } catch (fault) {
    tell(say("illisible", { cause: fault.message }), "erreur");
  }
  speakFrench(ui.canvas);
  buttons();
  Object.assign(place, { modeler, missing });
  place.dataset.pret = "";
}

const place = document.getElementById("modeleur");
if (place) mount(place);
