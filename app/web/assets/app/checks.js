/** [data-verifie]: leads to the next field of its form that wants an eye: empty and required, offered something, or filled without being sure. */
import { reach } from "../shared/dom.js";

const seen = new WeakSet();
const shown = (field) => field.getClientRects().length > 0;

function wants(field, doubtful) {
  if (field.disabled || seen.has(field) || !field.name || /^(hidden|submit|button)$/.test(field.type)) return false;
  if (field.type === "radio") return field.checked && doubtful.has(field.name);
  const offered = document.querySelector(`[data-accepte="${CSS.escape(field.name)}"]`);
  return doubtful.has(field.name) || (field.value === "" && (field.required || Boolean(offered)));
}

/** After where one is, then from the top: what was passed over is not forgotten. */
function next(form, doubtful) {
  const fields = [...form.elements];
  const from = fields.indexOf(document.activeElement) + 1;
  return [...fields.slice(from), ...fields.slice(0, from)].find((field) => wants(field, doubtful) && (shown(field) || field.closest("details:not([open])")));
}

function go(button) {
  const form = document.getElementById(button.dataset.verifie);
  if (!form) return;
  const field = next(form, new Set(button.dataset.douteux.split(" ")));
  if (!field) {
    form.querySelector("[data-raccourci~='ctrl+enter']")?.focus();
    return;
  }
  seen.add(field);
  reach(field);
}

export function watchChecks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-verifie]");
    if (button) go(button);
  });
}
