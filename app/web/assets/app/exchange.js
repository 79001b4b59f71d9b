/** htmx under a strict policy: no eval, no injected style, the token on every request. */
import htmx from "htmx.org";
import { token, word } from "../shared/words.js";
import { announce } from "./announce.js";

Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, selfRequestsOnly: true });

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  const told = new DOMParser().parseFromString(responseText, "text/html").querySelector(".message > div");
  announce(status === 401 ? word("session") : told?.textContent.replace(/\s+/g, " ").trim() || word("refus", { statut: status }), "erreur");
});
document.addEventListener("htmx:sendError", () => announce(word("coupe"), "erreur"));

export { htmx };
