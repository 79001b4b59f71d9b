/** The drawing travels as JSON {xml, revision}; the answer is {revision, version, message, findings}. */
import { token } from "../shared/words.js";
import { say } from "./words.js";

export class Refused extends Error {
  constructor(message, findings) {
    super(message);
    this.findings = findings;
  }
}

const FIXED = { 401: "session", 409: "conflit" };

export async function post(address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      credentials: "same-origin",
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused(say("coupe"));
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok && !answer.redirected) return told;
  const fixed = answer.redirected ? "session" : FIXED[answer.status];
  const words = [fixed && say(fixed), told.message ?? [told.phrase, told.conseil].filter(Boolean).join(" ")].filter(Boolean).join(" ");
  throw new Refused(words || say("echec", { statut: answer.status }), told.findings);
}

export async function source(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Refused(say("echec", { statut: answer.status }));
  return answer.text();
}
