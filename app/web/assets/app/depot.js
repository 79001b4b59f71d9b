/** form[data-depot]: files dropped or chosen are listed, sent with their progress, then the answer replaces the page. */
import { make } from "../shared/dom.js";
import { token, weight, word } from "../shared/words.js";
import { announce } from "./announce.js";
import { dressConditions } from "./conditions.js";
import { htmx } from "./exchange.js";

function weigh(form, input) {
  const most = Number(form.dataset.max);
  const total = [...input.files].reduce((sum, file) => sum + file.size, 0);
  input.setCustomValidity(most && total > most ? word("trop", { total: weight(total), permis: weight(most) }) : "");
}

function show(form, input, list) {
  weigh(form, input);
  for (const choice of form.querySelectorAll("[data-si-plusieurs]")) choice.hidden = input.files.length < 2;
  list.replaceChildren(
    ...[...input.files].map((file, rank) =>
      make(
        "li",
        {},
        make("span", { class: "nom" }, file.name),
        make("span", { class: "sec" }, weight(file.size)),
        ...(input.files.length > 1 ? [-1, 1].map((by) => shift(form, input, list, rank, by)) : []),
        make("button", { type: "button", class: "bt t petit", "aria-label": word("enleve", { nom: file.name }), on: { click: () => drop(form, input, list, rank) } }, "✕"),
      ),
    ),
  );
}

/** A button that moves a file before its neighbour: the pages of one letter, a letter before its pieces. */
function shift(form, input, list, rank, by) {
  const [name, sign, to] = [by < 0 ? "monte" : "descend", by < 0 ? "↑" : "↓", rank + by];
  const move = () => {
    const files = [...input.files];
    [files[rank], files[to]] = [files[to], files[rank]];
    hold(input, files);
    show(form, input, list);
    const own = [...list.children[to].querySelectorAll("[data-vers]:not(:disabled)")];
    (own.find((button) => button.dataset.vers === name) ?? own[0]).focus();
  };
  const label = word(name, { nom: input.files[rank].name });
  return make("button", { type: "button", class: "bt t petit", "data-vers": name, "aria-label": label, disabled: !input.files[to], on: { click: move } }, sign);
}

function hold(input, files) {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  input.files = held.files;
}

function drop(form, input, list, rank) {
  hold(input, [...input.files].filter((_file, at) => at !== rank));
  show(form, input, list);
  (list.children[Math.min(rank, input.files.length - 1)]?.querySelector("button:last-child") ?? input).focus();
}

function add(input, files) {
  hold(input, [...(input.multiple ? input.files : []), ...files]);
}

function replacePage(request, giveUp) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.querySelector("main");
  // Too heavy for the server to read at all: the page that holds what was typed stays.
  if (!fresh || request.status === 413) {
    giveUp(request.status === 413 ? word("lourd") : word("refus", { statut: request.status }));
    return;
  }
  document.title = page.title;
  history.pushState({}, "", request.responseURL);
  document.querySelector("main").replaceWith(document.adoptNode(fresh));
  for (const count of page.querySelectorAll("#navigation .nb[id]")) document.getElementById(count.id)?.replaceWith(document.adoptNode(count));
  htmx.process(fresh);
  dressDepots(fresh);
  dressConditions(fresh);
  const first = fresh.querySelector(".resume-erreurs") ?? fresh.querySelector("h1");
  first?.setAttribute("tabindex", "-1");
  first?.focus();
}

function send(form, submitter, bar, text) {
  const data = new FormData(form, submitter);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.setRequestHeader("X-CSRFToken", token());
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    text.textContent = event.loaded < event.total ? word("avance", { pour: Math.floor(bar.value * 100) }) : word("lecture");
  });
  const giveUp = (words) => {
    bar.parentElement.hidden = true;
    delete form.dataset.parti;
    announce(words, "erreur");
  };
  request.addEventListener("load", () => replacePage(request, giveUp));
  request.addEventListener("error", () => giveUp(word("coupe")));
  request.send(data);
}

function dressOne(form) {
  const input = form.querySelector('input[type="file"]:not([capture])');
  const camera = form.querySelector('input[type="file"][capture]');
  const zone = form.querySelector(".depot") ?? form;
  if (!input || form.dataset.habille) return;
  form.dataset.habille = "1";
  const list = make("ul", { class: "fichiers" });
  const bar = make("progress", { max: 1, value: 0, "aria-label": word("envoi") });
  const text = make("span", { role: "status" });
  const advance = make("div", { class: "avance", hidden: true }, text, bar);
  ((camera ?? input).closest(".champ") ?? input).after(list);
  zone.append(advance);
  show(form, input, list);
  camera?.addEventListener("change", () => {
    add(input, camera.files);
    camera.value = "";
    show(form, input, list);
  });
  input.addEventListener("change", () => show(form, input, list));
  for (const name of ["dragenter", "dragover"])
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("survol");
    });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("survol"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    add(input, event.dataTransfer.files);
    show(form, input, list);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !input.files.length) return;
    event.preventDefault();
    if (form.dataset.parti) return;
    form.dataset.parti = "1";
    advance.hidden = false;
    text.textContent = word("envoi");
    send(form, event.submitter, bar, text);
  });
}

export function dressDepots(root) {
  root.querySelectorAll("form[data-depot]").forEach(dressOne);
}
