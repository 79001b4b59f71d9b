/** Everything the common pages gain when scripts run; each page works without. */
import "./exchange.js";
import { hold } from "./sending.js";
import { watchShortcuts } from "./shortcuts.js";
import { watchConfirmations } from "./confirm.js";
import { watchFilters, watchSelection } from "./lists.js";
import { dressDepots } from "./depot.js";
import { dressConditions } from "./conditions.js";
import { watchGuards } from "./guard.js";
import { watchButtons } from "./buttons.js";
import { dressOffers, watchOffers } from "./offers.js";
import { dressCompletions } from "./completion.js";
import { watchChecks } from "./checks.js";

watchConfirmations();
hold();
watchGuards();
watchShortcuts();
watchButtons();
watchFilters();
watchSelection();
watchOffers();
watchChecks();

function dress(root) {
  dressDepots(root);
  dressConditions(root);
  dressOffers(root);
  dressCompletions(root);
}

dress(document);
document.addEventListener("htmx:load", (event) => dress(event.target));
document.querySelector(".resume-erreurs")?.focus();
