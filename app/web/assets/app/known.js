/** [data-connus]: the correspondants that we know already, by the first signs of a name; the one taken is chosen, as by hand.
 *
 * Asked once for the first signs, and again only while there are more sheets than one answer holds. */
import { htmx } from "./exchange.js";
import { put } from "./offers.js";
import { fold, words } from "./endings.js";

const LEAST = 2;
const TITLE = /^(?:m|mr|mme|mlle|me|monsieur|madame|mademoiselle|maitre)[. ]\s*/;
let [held, asking] = [{ debut: null, tous: false, fiches: [] }, false];

const bare = (value) => fold(value.trimStart()).replace(TITLE, "");
const covered = (typed) => typed.length < LEAST || typed === held.debut || (held.tous && typed.startsWith(held.debut));

/** Whether new sheets came for what the field holds. */
export async function ask(field) {
  const typed = bare(field.value);
  if (asking || covered(typed)) return false;
  asking = true;
  try {
    const answer = await fetch(`${field.dataset.connus}?debut=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    held = { debut: typed, ...(answer.ok ? await answer.json() : { tous: false, fiches: [] }) };
  } catch {
    held = { debut: typed, tous: false, fiches: [] }; // without them, the lines of the document serve
  } finally {
    asking = false;
  }
  return true;
}

/** Those whose name the typed words begin: first who is named in the document. */
export function sheets(field, lines) {
  const typed = bare(field.value);
  if (typed.length < LEAST || held.debut === null || !typed.startsWith(held.debut)) return [];
  const told = lines.map(fold);
  return held.fiches
    .filter(({ nom }) => words(typed).every((word) => words(fold(nom)).some((one) => one.startsWith(word))))
    .map((fiche) => ({ text: fiche.nom, note: fiche.note, fiche, rank: told.some((line) => line.includes(bare(fiche.nom))) ? -1 : 1.5 }));
}

/** The sheet is the sender: what the form lacks is filled from it, and it is the one ticked. */
export async function choose(field, { id, champs }) {
  for (const [name, value] of Object.entries(champs)) {
    const own = document.getElementById(name);
    if (own && !own.value) put(own, value);
  }
  await htmx.ajax("GET", field.dataset.choix, { target: "#connus", swap: "outerHTML", values: { correspondant_id: id, expediteur: field.value } });
  const ticked = document.querySelector("#connus input:checked");
  ticked?.dispatchEvent(new Event("change", { bubbles: true }));
  // The fields of the sender are hidden now.
  if (!document.activeElement.closest("form") || !document.activeElement.getClientRects().length) ticked?.focus();
}
