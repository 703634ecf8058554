import { Big } from '../../types/decimal';

/** JSON with numbers by their digits, which JSON.parse loses (`1.2340`, 20-digit integers), printed as Jackson does. */
export type JsonNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** As it was written. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, JsonNode> };

/** What JSON.parse and JSON.stringify may not give back as it was: numbers by digits, numeric names by order, escapes. */
const DELICATE = /-?\d+\.\d|\d[eE][+-]?\d|\d{16}|-0|"\d+"\s*:|\\u/;

/** The last document, since rows often ask several things of one text; each form is made when it is first needed. */
interface Document {
  readonly text: string;
  readonly plain: unknown;
  delicate?: boolean;
  node?: JsonNode;
}
let last: Document = { text: 'null', plain: null };

/** JSON.parse is native: it checks the grammar, and most questions can be answered from what it gives. */
function documentOf(text: string): Document {
  if (text !== last.text) last = { text, plain: JSON.parse(text) as unknown };
  return last;
}
function isDelicate(document: Document): boolean {
  return (document.delicate ??= DELICATE.test(document.text));
}

/** Throws SyntaxError on what is no JSON. */
export function parseJson(text: string): JsonNode {
  const document = documentOf(text);
  return (document.node ??= isDelicate(document) ? new Reader(text).value() : fromPlain(document.plain));
}

/** The value at a path: strings without quotes, the rest as JSON; null where there is none or it is null. */
export function extractJson(text: string, steps: readonly PathStep[]): string | null {
  const document = documentOf(text);
  const value = followPlain(document.plain, steps);
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (!isDelicate(document)) return JSON.stringify(value);
  return jsonToText(followPath(parseJson(text), steps)!);
}

function followPlain(root: unknown, steps: readonly PathStep[]): unknown {
  let current = root;
  for (const step of steps) {
    if (typeof current !== 'object' || current === null) return undefined;
    if (
      typeof step === 'number'
        ? !Array.isArray(current)
        : Array.isArray(current) || !Object.hasOwn(current, step)
    )
      return undefined;
    current = (current as Record<PathStep, unknown>)[step];
  }
  return current;
}

/** As {@link parseJson}; undefined on what is no JSON. */
export function tryParseJson(text: string): JsonNode | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

const NULL: JsonNode = { kind: 'null' };

function fromPlain(value: unknown): JsonNode {
  if (value === null) return NULL;
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'number') return { kind: 'number', text: String(value) };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (Array.isArray(value)) return { kind: 'array', items: value.map(fromPlain) };
  return {
    kind: 'object',
    fields: new Map(Object.entries(value as object).map(([name, field]) => [name, fromPlain(field)])),
  };
}

/** Reads a text that JSON.parse has accepted. */
class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  value(): JsonNode {
    this.blanks();
    const char = this.text[this.at]!;
    if (char === '{') return this.object();
    if (char === '[') return this.array();
    if (char === '"') return { kind: 'string', value: this.string() };
    const match = /[^\s,\]}]+/y;
    match.lastIndex = this.at;
    const word = match.exec(this.text)![0];
    this.at += word.length;
    if (word === 'null') return NULL;
    return word === 'true' || word === 'false'
      ? { kind: 'boolean', value: word === 'true' }
      : { kind: 'number', text: word };
  }
  private object(): JsonNode {
    const fields = new Map<string, JsonNode>();
    this.list('}', () => {
      this.blanks();
      const name = this.string();
      this.blanks();
      this.at++;
      fields.set(name, this.value());
    });
    return { kind: 'object', fields };
  }
  private array(): JsonNode {
    const items: JsonNode[] = [];
    this.list(']', () => items.push(this.value()));
    return { kind: 'array', items };
  }
  private list(end: string, item: () => void): void {
    this.at++;
    this.blanks();
    if (this.text[this.at] === end) {
      this.at++;
      return;
    }
    do {
      item();
      this.blanks();
    } while (this.text[this.at++] === ',');
  }
  private string(): string {
    const match = /"(?:[^"\\]|\\.)*"/y;
    match.lastIndex = this.at;
    const literal = match.exec(this.text)![0];
    this.at += literal.length;
    return JSON.parse(literal) as string;
  }
  private blanks(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}

/** Numbers that Java's BigInteger and BigDecimal print as JSON wrote them. */
const AS_WRITTEN = /^-?(?:[1-9]\d*(?:\.\d{1,6})?|0\.0{0,5}[1-9]\d{0,5})$/;

/** As Java's BigInteger or BigDecimal prints it: `1e21` is 1E+21, `1.50` stays. */
function numberText(text: string): string {
  if (AS_WRITTEN.test(text)) return text;
  return /[.eE]/.test(text) ? Big(text).toString() : BigInt(text).toString();
}

/** A string literal with the escapes that Jackson uses: control characters in capital hex digits. */
export function jsonString(value: string): string {
  return JSON.stringify(value).replace(/\\\\|\\u[0-9a-f]{4}/g, (escape) =>
    escape === '\\\\' ? escape : `\\u${escape.slice(2).toUpperCase()}`,
  );
}

/** Without blanks. */
export function jsonToText(node: JsonNode): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(node.value);
    case 'number':
      return numberText(node.text);
    case 'string':
      return jsonString(node.value);
    case 'array':
      return `[${node.items.map(jsonToText).join(',')}]`;
    case 'object':
      return `{${[...node.fields].map(([name, value]) => `${jsonString(name)}:${jsonToText(value)}`).join(',')}}`;
  }
}

export type PathStep = string | number;
const PATH_STEP = /\.([A-Za-z0-9_\-:$@]+)|\[(\d+|-\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]/y;
const paths = new Map<string, readonly PathStep[]>();

/** The steps of `$.a.b[0]["c d"]`; throws RangeError on another path. */
export function parseJsonPath(path: string): readonly PathStep[] {
  const known = paths.get(path);
  if (known !== undefined) return known;
  const steps: PathStep[] = [];
  if (!path.startsWith('$')) throw new RangeError(`Invalid JSON path: ${path}`);
  PATH_STEP.lastIndex = 1;
  while (PATH_STEP.lastIndex < path.length) {
    const match = PATH_STEP.exec(path);
    if (match === null) throw new RangeError(`Invalid JSON path: ${path}`);
    const name = match[1] ?? match[3] ?? match[4];
    steps.push(name === undefined ? Number(match[2]) : name.replace(/\\(.)/g, '$1'));
  }
  if (paths.size > 1000) paths.clear();
  paths.set(path, steps);
  return steps;
}

/** The node a path leads to; undefined where there is none. */
export function followPath(node: JsonNode, steps: readonly PathStep[]): JsonNode | undefined {
  let current: JsonNode | undefined = node;
  for (const step of steps) {
    if (current === undefined) return undefined;
    if (typeof step === 'number') current = current.kind === 'array' ? current.items[step] : undefined;
    else current = current.kind === 'object' ? current.fields.get(step) : undefined;
  }
  return current;
}
