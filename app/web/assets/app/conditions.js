/** data-hide: a field whose FEEL condition holds is hidden while its form is being filled, and only asked for (data-requis) while it is shown; the server decides again. */
import { parse } from "./feel.js";

function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || field.type === "button" || field.type === "file") continue;
    if (field.type === "radio") {
      if (field.checked) found[field.name] = field.value;
      else found[field.name] ??= null;
    } else if (field.type === "checkbox") {
      const several = form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(field.name)}"]`).length > 1;
      if (several) found[field.name] = [...(found[field.name] ?? []), ...(field.checked ? [field.value] : [])];
      else found[field.name] = field.checked;
    } else if (field.type === "number" || field.inputMode === "decimal") {
      const number = Number(field.value.replace(/\s/g, "").replace(",", "."));
      found[field.name] = field.value.trim() === "" || Number.isNaN(number) ? null : number;
    } else found[field.name] = field.value === "" ? null : field.value;
  }
  return found;
}

export function dressConditions(root) {
  for (const form of root.querySelectorAll("form:has([data-hide])")) {
    if (form.dataset.conditions) continue;
    form.dataset.conditions = "1";
    const rules = [...form.querySelectorAll("[data-hide]")].map((node) => ({ node, test: parse(node.dataset.hide) })).filter((rule) => rule.test);
    const apply = () => {
      const data = values(form);
      for (const { node, test } of rules) node.hidden = test(data) === true;
      for (const field of form.querySelectorAll("[data-requis]")) field.required = !field.closest("[data-hide][hidden]");
    };
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    apply();
  }
}
