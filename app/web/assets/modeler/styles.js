/** Styles that libraries write as attributes come as data-style (see build.mjs) and are set by script, as the content policy wants. */

function apply(node) {
  if (node.dataset?.style) {
    node.style.cssText += node.dataset.style;
    delete node.dataset.style;
  }
}

export function applyStyles(root) {
  const all = (node) => {
    if (!(node instanceof Element)) return;
    apply(node);
    node.querySelectorAll("[data-style]").forEach(apply);
  };
  all(root);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(all))).observe(root, { childList: true, subtree: true });
}
