/** The modeller in French; what is not in the dictionary is shown as its authors wrote it and noted in `missing`. */
import { language } from "../../shared/words.js";
import elements from "./elements.js";
import panel from "./panel.js";
import { LINT } from "./tools.js";

const DICTIONARY = { ...elements, ...panel, ...LINT };

export const missing = new Set();

/** The panel's heading writes «Timer Boundary Event (Non Interrupting)» where the menus write «Timer boundary event (non-interrupting)». */
const plain = (name) => (name.charAt(0) + name.slice(1).toLowerCase()).replace("non interrupting", "non-interrupting");

export function translate(template, values = {}) {
  let text = template;
  if (language() === "fr") {
    text = DICTIONARY[template] ?? DICTIONARY[plain(template)];
    if (text === undefined) {
      missing.add(template);
      text = template;
    }
  }
  return text.replace(/{([^}]+)}/g, (whole, key) => values?.[key] ?? whole);
}
