/** [data-verifie]: leads to the next field of its form that wants an eye: empty and required or usual (data-attendu), offered something, or filled without being sure.
 * The page opens on the first of them, unless something is to be read above the form or the document stands there. */
import { reach } from "../shared/dom.js";

const seen = new WeakSet();
/** On the page, or in a fold of it. */
const shown = (field) => (field.closest("details:not([open])") ?? field).getClientRects().length > 0;

function wants(field, doubtful) {
  if (field.disabled || seen.has(field) || !field.name || /^(hidden|submit|button)$/.test(field.type)) return false;
  if (field.type === "radio") return field.checked && doubtful.has(field.name);
  const offered = document.querySelector(`[data-accepte="${CSS.escape(field.name)}"]`);
  return doubtful.has(field.name) || (field.value === "" && (field.required || "attendu" in field.dataset || Boolean(offered)));
}

/** After where one is, then from the top: what was passed over is not forgotten. */
function next(form, doubtful, here) {
  const fields = [...form.elements];
  const from = fields.indexOf(here) + 1;
  return [...fields.slice(from), ...fields.slice(0, from)].find((field) => wants(field, doubtful) && shown(field));
}

/** The first that the form cannot leave without, passed over though it was: what it lacks is said again. */
function lacking(form) {
  const field = [...form.elements].find((one) => one.required && one.validity.valueMissing && shown(one));
  if (!field) return false;
  reach(field);
  field.reportValidity();
  return true;
}

/** Goes to the next after where one is; when nothing is left to look at, to what is required and empty still, then to the button that registers. */
function go(button, here) {
  const form = document.getElementById(button.dataset.verifie);
  const field = form && next(form, new Set(button.dataset.douteux.split(" ")), here);
  if (field) {
    seen.add(field);
    reach(field);
  } else if (form && here && !lacking(form)) form.querySelector("[data-raccourci~='ctrl+enter']")?.focus();
}

export function watchChecks() {
  const first = document.querySelector("[data-verifie]");
  // Where the document stands above the form, it is what the page opens on.
  if (first && matchMedia("(max-width: 900px)").matches) {
    addEventListener("load", () => {
      document.querySelector("[autofocus]:focus")?.blur();
      scrollTo(0, 0);
    });
  } else if (first && !first.closest("section").querySelector(".message, .resume-erreurs")) go(first, null);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-verifie]");
    if (button) go(button, document.activeElement);
  });
}
