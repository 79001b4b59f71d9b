/** Keyboard: «/» goes to the search box; data-raccourci gives a control its own keys, one or several. */
import { reach, typing } from "../shared/dom.js";

/** The keys pressed, as they are written in data-raccourci: by the sign, else by the figure of the key (AZERTY writes «&» on 1). */
function names(event) {
  const held = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.shiftKey && event.key.length > 1 ? "maj" : ""];
  const figure = /^Digit(\d)$/.exec(event.code)?.[1];
  return [event.key.toLowerCase(), figure].filter(Boolean).map((key) => [...held, key].filter(Boolean).join("+"));
}

/** Whether these keys write nothing where they are pressed. */
const free = (node, keys) => !typing(node) || /^(ctrl|alt)\+|^f\d+$/.test(keys) || (/^maj\+page/.test(keys) && node.matches("input"));

/** What these keys mean: the first that is shown, a choice made among several when nothing else is. */
function meant(keys) {
  const all = [...document.querySelectorAll(`[data-raccourci~="${CSS.escape(keys)}"]:not(:disabled)`)];
  const [choices, others] = [all.filter((one) => one.type === "radio"), all.filter((one) => one.type !== "radio")];
  const shown = (one) => one.closest("details:not([open])") || one.getClientRects().length;
  return others.find(shown) ?? choices.find((one) => one.checked && shown(one)) ?? others[0];
}

export function watchShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const control = names(event)
      .filter((keys) => free(event.target, keys))
      .map(meant)
      .find(Boolean);
    if (!control) return;
    event.preventDefault();
    if (typing(control)) reach(control);
    else control.click();
  });
}
