/** How what is typed may go on, from the lines of a document: at the beginning of a line, after a sign that parts, at any word. */

const LEAST = 2;
const LONG = 40;
/** A comma, a dash, the end of a sentence; not the point of «M. Delattre». */
const PARTS = /\s[–—-]\s|[,;:•|()]|\s{2,}|(?<=\p{L}{4})[.!?](?=\s|$)/gu;
const WORDS = /(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu;
/** Signs in groups, as numbers are written: 2C 148 736 5092 1. */
const NUMBERS = /(?<![\p{L}\p{N}])[\dA-Z]+(?:[ .](?=[A-Z]*\d)[\dA-Z]+(?!\p{L}))*/gu;

/** Without case nor accents, sign for sign. */
const fold = (text) => text.replace(/[^]/g, (sign) => sign.normalize("NFD")[0].toLowerCase()[0]).replace(/[’`]/g, "'");
const clean = (text) => text.replace(/[\s,;:.–—-]+$/, "").trim();

/** The likeliest first: for a whole line what follows «Objet :», else how a line begins. */
function rank(line, at, kind) {
  const before = line.slice(0, at);
  const begins = !/[\p{L}\p{N}]/u.test(before);
  const parted = /[,;:•|(–—°]\s*$/.test(before);
  return begins || parted ? Number(parted !== (kind === "ligne")) : 2;
}

/** How far it goes: to the sign that parts, to the end of the line, over a long line to the one below. */
function reaches(line, below, from, kind) {
  PARTS.lastIndex = from;
  const part = PARTS.exec(line)?.index ?? line.length;
  const over = line.length >= LONG && below ? [line.length + 1 + below.length] : [];
  return kind === "ligne" ? [line.length, ...over, part] : [part, line.length];
}

function* inWords(lines, typed, kind) {
  for (const [row, line] of lines.entries()) {
    const [flat, below] = [fold(line), lines[row + 1] ?? ""];
    for (const { index } of line.matchAll(WORDS)) {
      if (!flat.startsWith(typed, index)) continue;
      const whole = `${line} ${below}`;
      for (const end of reaches(line, below, index + typed.length, kind))
        yield { text: clean(whole.slice(index, end)), after: whole.slice(end), rank: rank(line, index, kind) };
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

/** The likeliest endings of what is typed, each with what follows it in the document; none of less than two signs. */
export function endings(lines, value, kind, most) {
  const typed = fold(value.trimStart());
  if (typed.trim().length < LEAST) return [];
  const told = new Set([clean(typed)]);
  return [...(kind === "numero" ? inNumbers(lines, typed) : inWords(lines, typed, kind))]
    .sort((one, other) => one.rank - other.rank)
    .filter(({ text }) => !told.has(fold(text)) && told.add(fold(text)))
    .slice(0, most);
}
