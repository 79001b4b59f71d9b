/** How what is typed may go on, from the lines of a document: at the beginning of a line, after a sign that parts, at any word. */

const LEAST = 2;
const LONG = 40;
/** Lines of a subject. */
const MOST = 3;
/** How a line begins that goes on with nothing. */
const OTHER = /^(?:(?:monsieur|madame|mademoiselle|mesdames|messieurs|maitre|docteur|chere?s?|bonjour)(?!\p{L}).{0,60},?$|[\p{L}\p{N}°'/. -]{1,28}:|p\.? ?j\b|pieces? jointes?|(?:[\p{L}' -]+, )?le \d|lettre recommandee)/u;
/** A comma, a dash, the end of a sentence; not the point of «M. Delattre». */
const PARTS = /\s[–—-]\s|[,;:•|()]|\s{2,}|(?<=\p{L}{4})[.!?](?=\s|$)/gu;
const WORDS = /(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu;
/** Signs in groups, as numbers are written: 2C 148 736 5092 1. */
const NUMBERS = /(?<![\p{L}\p{N}])[\dA-Z]+(?:[ .](?=[A-Z]*\d)[\dA-Z]+(?!\p{L}))*/gu;

/** Without case nor accents, sign for sign. */
export const fold = (text) => text.replace(/[^]/g, (sign) => sign.normalize("NFD")[0].toLowerCase()[0]).replace(/[’`]/g, "'");
export const words = (flat) => flat.match(/[\p{L}\p{N}]+/gu) ?? [];
const clean = (text) => text.replace(/[\s,;:.–—-]+$/, "").trim();

/** The likeliest first: for a whole line what follows «Objet :», else how a line begins. */
function rank(line, at, kind) {
  const before = line.slice(0, at);
  const begins = !/[\p{L}\p{N}]/u.test(before);
  const parted = /[,;:•|(–—°]\s*$/.test(before);
  return begins || parted ? Number(parted !== (kind === "ligne")) : 2;
}

/** A line and those that go on with it: below a line that is full, or when they begin small; a greeting, a heading, a date are none of it. */
function goingOn(lines, row) {
  const found = [lines[row]];
  for (const next of lines.slice(row + 1, row + MOST)) {
    const last = found.at(-1);
    if (/[.!?]$/.test(last) || OTHER.test(fold(next)) || (last.length < LONG && !/^[\p{Ll}(«]/u.test(next))) break;
    found.push(next);
  }
  return found.join(" ");
}

/** How far it goes: of a subject to its end, which only a line that begins with it can be sure of, to the end of the line, to the sign that parts. */
function reaches(line, whole, from, kind, sure) {
  PARTS.lastIndex = from;
  const part = PARTS.exec(line)?.index ?? line.length;
  if (kind !== "ligne") return [part, line.length];
  return sure ? [whole.length, line.length, part] : [line.length, whole.length, part];
}

function* inWords(lines, typed, kind) {
  for (const [row, line] of lines.entries()) {
    const flat = fold(line);
    for (const { index } of line.matchAll(WORDS)) {
      if (!flat.startsWith(typed, index)) continue;
      const whole = kind === "ligne" ? goingOn(lines, row) : `${line} ${lines[row + 1] ?? ""}`;
      const likely = rank(line, index, kind);
      for (const end of reaches(line, whole, index + typed.length, kind, likely < 2))
        yield { text: clean(whole.slice(index, end)), after: whole.slice(end), rank: likely };
    }
  }
}

function* inNumbers(lines, typed) {
  const wanted = typed.replace(/[ .]/g, "");
  for (const [row, line] of lines.entries())
    for (const found of line.matchAll(NUMBERS)) {
      const text = found[0].replace(/[ .]/g, "");
      if (/\d/.test(text) && fold(text).startsWith(wanted))
        yield { text, after: `${line} ${lines[row + 1] ?? ""}`.slice(found.index + found[0].length), rank: rank(line, found.index) };
    }
}

/** Those of these texts in which what is typed begins a word. */
export function* holding(texts, value) {
  const typed = fold(value.trimStart());
  for (const text of texts) {
    const found = [...text.matchAll(WORDS)].find(({ index }) => fold(text).startsWith(typed, index));
    if (found) yield { text, rank: found.index ? 2.5 : 1.5 };
  }
}

/** The likeliest endings of what is typed, each with what follows it in the document; `others` than the document's beside; none of less than two signs. */
export function endings(lines, value, kind, most, others = []) {
  const typed = fold(value.trimStart());
  if (typed.trim().length < LEAST) return [];
  const told = new Set([clean(typed)]);
  return [...others, ...(kind === "numero" ? inNumbers(lines, typed) : inWords(lines, typed, kind))]
    .sort((one, other) => one.rank - other.rank)
    .filter(({ text, fiche }) => (fiche || !told.has(fold(text))) && told.add(fold(text)))
    .slice(0, most);
}
