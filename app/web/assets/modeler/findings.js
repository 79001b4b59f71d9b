/** The server's findings: a list beside the drawing and a mark on each element; each leads to the other. */
import { icon, make } from "../shared/dom.js";
import { say } from "./words.js";

const DRAWINGS = { erreur: ["M10 3 18 17H2z", "M10 8.5v4M10 14.9v.1"], avertissement: ["M10 17a7 7 0 1 0-.1-14 7 7 0 0 0 .1 14", "M10 6.5v4.5M10 13.5v.1"], information: ["M10 17a7 7 0 1 0-.1-14 7 7 0 0 0 .1 14", "M10 9.5v4M10 6.6v.1"] };

export function board(modeler, list, heading) {
  const canvas = modeler.get("canvas");
  const overlays = modeler.get("overlays");
  const registry = modeler.get("elementRegistry");
  let marked = [];

  function focus(id) {
    const element = registry.get(id);
    const root = canvas.findRoot(element);
    if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
    modeler.get("selection").select(element);
    canvas.scrollToElement(element, 120);
  }

  function clear() {
    overlays.remove({ type: "constat" });
    for (const [id, kind] of marked) if (registry.get(id)) canvas.removeMarker(id, kind);
    marked = [];
  }

  function mark(finding, item) {
    const element = registry.get(finding.element);
    if (!element || element === canvas.getRootElement() || finding.level === "information") return;
    const kind = `constat-${finding.level}`;
    if (!marked.some(([id]) => id === finding.element)) {
      const pin = make("button", { type: "button", class: `constat-epingle ${finding.level}`, title: finding.message, "aria-label": finding.message, on: { click: () => item.querySelector("button, p").focus() } }, icon(...DRAWINGS[finding.level]));
      overlays.add(finding.element, "constat", { position: { top: -12, right: 12 }, html: pin });
    }
    canvas.addMarker(finding.element, kind);
    marked.push([finding.element, kind]);
  }

  const titled = (finding) => finding.name || finding.element || say("fichier");

  function link(finding) {
    if (!finding.element || !registry.get(finding.element)) return make("span", { class: "sec" }, titled(finding));
    return make("button", { type: "button", class: "constat-lien", "aria-label": say("montrer", { nom: titled(finding) }), on: { click: () => focus(finding.element) } }, titled(finding));
  }

  /** One line for all the elements of which the same is said. */
  function line(same) {
    const [{ message, mend, path }] = same;
    const kind = same[0].level;
    return make(
      "li",
      { class: `constat ${kind}` },
      make("div", { class: "constat-titre" }, make("span", { class: "constat-niveau" }, icon(...DRAWINGS[kind]), say(kind)), ...same.map(link)),
      make("p", { tabindex: -1 }, message),
      mend ? make("p", { class: "aide" }, say("remede", { mots: mend })) : null,
      path?.length ? make("p", { class: "aide" }, say("chemin", { mots: path.join(" → ") })) : null,
    );
  }

  /** Shows the findings, none included. */
  function show(findings) {
    clear();
    heading.textContent = `${say("constats")} (${findings.length})`;
    if (!findings.length) list.replaceChildren(make("li", { class: "constat ok" }, icon("m4 10.5 4 4 8-9"), say("aucun")));
    else {
      const groups = new Map();
      for (const finding of findings) {
        const said = [finding.level, finding.message, finding.mend, ...(finding.path ?? [])].join("\n");
        groups.set(said, [...(groups.get(said) ?? []), finding]);
      }
      list.replaceChildren();
      for (const same of groups.values()) {
        const item = line(same);
        list.append(item);
        same.forEach((finding) => mark(finding, item));
      }
    }
    const count = (level) => findings.filter((finding) => finding.level === level).length;
    return { n: findings.length, fautes: count("erreur"), avertissements: count("avertissement") };
  }

  heading.textContent = say("constats");
  list.replaceChildren(make("li", { class: "constat aide" }, say("attente")));
  return { show };
}
