/** One message shown where the flash messages are, and read aloud. */
import { make } from "../shared/dom.js";

export function announce(text, kind = "info") {
  const place = document.getElementById("messages");
  if (!place) return;
  place.querySelectorAll(".message.du-script").forEach((old) => old.remove());
  place.append(make("div", { class: `message du-script ${kind}` }, make("div", {}, text)));
}
