/** The text of a mark is sent without leaving the page; the answer's reader gives the new marks. */
import { token } from "../shared/words.js";
import { say } from "./words.js";

class Refused extends Error {}

async function post(form) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": token(), Accept: "text/html" }, credentials: "same-origin" });
  } catch {
    throw new Refused(say("reseau"));
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-lecteur]");
  if (answer.ok && fresh) return fresh;
  if (answer.status === 401 || (answer.ok && answer.redirected)) throw new Refused(say("session"));
  const told = page.querySelector(".erreur-champ, .message.erreur, .resume-erreurs li");
  throw new Refused(told?.textContent.trim() || say("inconnu", { statut: answer.status }));
}

function refresh(reader, fresh) {
  for (const sheet of reader.querySelectorAll("[data-feuille]")) {
    const layer = fresh.querySelector(`[data-feuille="${sheet.dataset.feuille}"] .calque`);
    if (layer) sheet.querySelector(".calque").replaceWith(document.adoptNode(layer));
  }
  reader.querySelector("[data-remarques]").replaceWith(document.adoptNode(fresh.querySelector("[data-remarques]")));
}

function open(dialog, { page, text, ...box }) {
  const form = dialog.querySelector("form");
  form.elements.page.value = String(page);
  for (const [name, value] of Object.entries(box)) form.elements[name].value = value.toFixed(5);
  const extract = form.querySelector("[data-extrait]");
  extract.hidden = !text;
  extract.textContent = text ? `« ${text.length > 240 ? `${text.slice(0, 240)}…` : text} »` : "";
  form.querySelector("[data-erreur]").hidden = true;
  dialog.showModal();
  form.elements.texte.focus();
}

async function sendMark(reader, dialog, form) {
  const error = form.querySelector("[data-erreur]");
  const button = form.querySelector(".bt.p");
  button.setAttribute("aria-busy", "true");
  error.hidden = true;
  try {
    refresh(reader, await post(form));
    form.elements.texte.value = "";
    dialog.close();
    reader.querySelector("[data-consigne]").textContent = say("pose");
    reader.querySelector("[data-annoter]").focus();
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    error.textContent = say("refus", { cause: fault.message });
    error.hidden = false;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function sendRemoval(reader, form) {
  const note = reader.querySelector("[data-consigne]");
  try {
    refresh(reader, await post(form));
    note.textContent = say("retiree");
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    note.textContent = say("refus", { cause: fault.message });
  }
}

function watch(reader, dialog) {
  reader.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.matches("[data-poser]")) {
      event.preventDefault();
      if (!form.querySelector("[aria-busy]")) sendMark(reader, dialog, form);
    } else if (form.matches("[data-retirer]")) {
      event.preventDefault();
      sendRemoval(reader, form);
    }
  });
}

export const send = { open, watch };
