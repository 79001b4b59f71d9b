/** Keyboard: «/» goes to the search box; data-raccourci gives a control its own keys. */
import { typing } from "../shared/dom.js";

const name = (event) =>
  [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.shiftKey && event.key.length > 1 ? "maj" : "", event.key.toLowerCase()]
    .filter(Boolean)
    .join("+");

export function watchShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const keys = name(event);
    if (typing(event.target) && !/^(ctrl|alt)\+/.test(keys)) return;
    const control = document.querySelector(`[data-raccourci="${CSS.escape(keys)}"]:not(:disabled)`);
    if (!control) return;
    event.preventDefault();
    if (typing(control)) {
      control.focus();
      control.select?.();
    } else control.click();
  });
}
