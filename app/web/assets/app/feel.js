/** The part of FEEL that hides a field: comparisons, and, or, not, in, literals. What it cannot read it leaves to the server. */

const TOKEN = /\s*(?:(?<number>\d+(?:\.\d+)?)|"(?<string>(?:[^"\\]|\\.)*)"|(?<op><=|>=|!=|[=<>()[\],])|(?<word>[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*))/uy;

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    if (/^\s*$/.test(text.slice(TOKEN.lastIndex))) break;
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(text);
    const [kind, value] = Object.entries(match.groups).find(([, held]) => held !== undefined);
    found.push({ kind, value });
  }
  return found;
}

const COMPARE = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => (a === null || b === null ? null : a < b),
  ">": (a, b) => (a === null || b === null ? null : a > b),
  "<=": (a, b) => (a === null || b === null ? null : a <= b),
  ">=": (a, b) => (a === null || b === null ? null : a >= b),
};

const CONSTANT = { true: true, false: false, null: null };

class Reader {
  constructor(text) {
    this.rest = tokens(text);
  }
  is(value) {
    return this.rest[0]?.kind !== "string" && this.rest[0]?.value === value;
  }
  take(value) {
    if (value !== undefined && !this.is(value)) throw new SyntaxError(value);
    return this.rest.shift();
  }
  chain(word, next, join) {
    let left = next.call(this);
    while (this.is(word)) {
      this.take();
      const [a, b] = [left, next.call(this)];
      left = (data) => join(a(data), b(data));
    }
    return left;
  }
  either() {
    return this.chain("or", this.both, (a, b) => a === true || b === true);
  }
  both() {
    return this.chain("and", this.compare, (a, b) => a === true && b === true);
  }
  compare() {
    const left = this.value();
    if (this.is("in")) {
      this.take();
      const list = this.value();
      return (data) => [list(data)].flat().includes(left(data));
    }
    const test = this.rest[0]?.kind === "op" ? COMPARE[this.rest[0].value] : undefined;
    if (!test) return left;
    this.take();
    const right = this.value();
    return (data) => test(left(data), right(data));
  }
  list(close) {
    const items = [];
    while (!this.is(close)) {
      items.push(this.either());
      if (this.is(",")) this.take();
    }
    this.take(close);
    return items;
  }
  value() {
    const token = this.take();
    if (!token) throw new SyntaxError("end");
    if (token.kind === "number") return () => Number(token.value);
    if (token.kind === "string") return () => token.value.replace(/\\(.)/g, "$1");
    if (token.value === "(") {
      const items = this.list(")");
      return items.length === 1 ? items[0] : (data) => items.map((item) => item(data));
    }
    if (token.value === "[") {
      const items = this.list("]");
      return (data) => items.map((item) => item(data));
    }
    if (token.kind !== "word") throw new SyntaxError(token.value);
    if (this.is("(")) return this.call(token.value);
    if (token.value in CONSTANT) return () => CONSTANT[token.value];
    return (data) => data[token.value] ?? null;
  }
  call(name) {
    if (name !== "not") throw new SyntaxError(name);
    this.take("(");
    const inner = this.either();
    this.take(")");
    return (data) => (inner(data) === null ? null : inner(data) !== true);
  }
}

/** A function of the form's values, or null when the expression is beyond this reader. */
export function parse(text) {
  try {
    const reader = new Reader(text.trim().replace(/^=/, ""));
    const test = reader.either();
    return reader.rest.length ? null : test;
  } catch {
    return null;
  }
}
