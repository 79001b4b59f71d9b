/** The simulation writes its own English on the drawing: said in French as it appears. */
import { language } from "../shared/words.js";
import { SIMULATION } from "./french/tools.js";

function dress(node) {
  for (const part of [node, ...node.querySelectorAll("[title], [aria-label]")])
    for (const name of ["title", "aria-label"]) {
      const said = SIMULATION[part.getAttribute(name)];
      if (said) part.setAttribute(name, said);
    }
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const said = SIMULATION[texts.currentNode.data.trim()];
    if (said) texts.currentNode.data = said;
  }
}

export function speakFrench(container) {
  if (language() !== "fr") return;
  container.querySelectorAll("[class^=bts-]").forEach(dress);
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node instanceof HTMLElement && node.closest("[class*=bts-]")) dress(node);
      else if (node instanceof HTMLElement) node.querySelectorAll("[class^=bts-]").forEach(dress);
  }).observe(container, { childList: true, subtree: true });
}
