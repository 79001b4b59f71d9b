/** [data-suite]: what is typed is completed from the document's lines (its datalist), the correspondants that we know (data-connus)
 * and what the one chosen wrote about before (data-anciens); nothing is taken without a key or a click.
 *
 * → takes the first, Alt and its rank any, ↓ then Enter the one stood on. data-suite: how far it goes (endings.js); data-puis: the
 * empty fields that take what follows in the document. Without this script, the browser's own list of the same lines serves. */
import { make } from "../shared/dom.js";
import { put } from "./offers.js";
import { endings, holding } from "./endings.js";
import { ask, choose, sheets } from "./known.js";

const MOST = 5;
const FOLLOWING = { code_postal: "(\\d{5})", ville: "(\\p{L}[^,;\\d]*)" };
const lines = new WeakMap();
const list = make("ul", { class: "suites", id: "suites", role: "listbox" });
let [shown, stood] = [[], -1];

function close() {
  const field = list.previousElementSibling;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
  list.remove();
  [shown, stood] = [[], -1];
}

function stand(field, rank) {
  stood = (rank + shown.length) % shown.length;
  [...list.children].forEach((one, at) => one.setAttribute("aria-selected", at === stood));
  field.setAttribute("aria-activedescendant", `suite-${stood}`);
}

function follow(field, after) {
  const names = (field.dataset.puis ?? "").split(" ").filter(Boolean);
  if (!names.length || names.some((name) => document.getElementById(name).value)) return;
  const found = new RegExp(`^[\\s,;–—-]*${names.map((name) => FOLLOWING[name]).join("\\s+")}`, "u").exec(after);
  names.forEach((name, at) => found && put(document.getElementById(name), found[at + 1].trim()));
}

function take(field, rank) {
  const { text, after, fiche } = shown[rank];
  close();
  put(field, text);
  field.setSelectionRange(text.length, text.length);
  if (fiche) choose(field, fiche);
  else follow(field, after ?? "");
}

/** What the correspondant who is ticked wrote about before. */
function earlier(field) {
  const [known, who] = [document.getElementById(field.dataset.anciens), field.form.elements.correspondant_id?.value];
  const texts = who ? [...known.options].filter((option) => option.dataset.de === who).map((option) => option.value) : [];
  return [...holding(texts, field.value)].map((one) => ({ ...one, note: known.dataset.note }));
}

function others(field) {
  if ("connus" in field.dataset) return sheets(field, lines.get(field));
  return "anciens" in field.dataset ? earlier(field) : [];
}

/** Those that come from elsewhere are shown when they are there, unless one was chosen meanwhile. */
async function seek(field) {
  while (await ask(field)) if (document.activeElement === field && stood < 0) show(field);
}

function show(field) {
  close();
  shown = endings(lines.get(field), field.value, field.dataset.suite, MOST, others(field));
  if (!shown.length) return;
  list.replaceChildren(
    ...shown.map(({ text, note }, rank) =>
      make(
        "li",
        { id: `suite-${rank}`, role: "option", "aria-selected": "false", on: { pointerdown: (event) => (event.preventDefault(), take(field, rank)) } },
        make("span", {}, text),
        note ? make("small", { class: "sec" }, note) : null,
        make("kbd", { "aria-hidden": "true" }, rank ? `Alt ${rank + 1}` : "→"),
      ),
    ),
  );
  list.setAttribute("aria-label", field.labels[0].textContent.trim());
  field.after(list);
  field.setAttribute("aria-expanded", "true");
}

/** Which of those shown this key takes; -1: none. */
function taken(event, field) {
  const bare = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const rank = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (event.altKey) return bare && rank && shown[rank - 1] ? rank - 1 : -1;
  if (event.key === "Enter" && bare) return stood;
  return event.key === "ArrowRight" && bare && field.selectionStart === field.value.length ? Math.max(stood, 0) : -1;
}

function press(event) {
  if (!shown.length || event.isComposing) return;
  const [field, rank] = [event.target, taken(event, event.target)];
  if (rank >= 0) take(field, rank);
  else if (event.key === "ArrowDown" && !event.altKey) stand(field, stood + 1);
  else if (event.key === "ArrowUp" && !event.altKey) stand(field, Math.max(stood, 0) - 1);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function dressCompletions(root) {
  for (const field of root.querySelectorAll("input[data-suite][list]")) {
    lines.set(field, [...(field.list?.options ?? [])].map((option) => option.value));
    field.removeAttribute("list");
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", "suites"]]) field.setAttribute(name, value);
    field.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      show(field);
      if ("connus" in field.dataset) seek(field);
    });
    field.addEventListener("keydown", press);
    field.addEventListener("blur", close);
  }
}
