import { ScrapeError } from '../errors';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** null: NaN, an infinity, or DCGM's "no value", none of which JSON can say. */
  readonly value: number | null;
}

/** What the DCGM exporter writes where a device does not have the field: blank int64 values start here, … */
const DCGM_BLANK_INT = 9_223_372_036_854_775_792;
/** … and blank doubles are these four. */
const DCGM_BLANK_DOUBLE = { from: 140_737_488_355_328, to: 140_737_488_355_331 };

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*(,|(?=\}))/y;
const END = /[ \t]*\}/y;
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };
const SHOWN = 40;

/** Where in a line the parser stands. */
interface Cursor {
  readonly text: string;
  readonly line: number;
  at: number;
}

const bad = ({ text, line, at }: Cursor, expected: string): ScrapeError =>
  new ScrapeError('parse', `line ${line}: expected ${expected}, found "${text.slice(at, at + SHOWN)}"`);

function take(pattern: RegExp, cursor: Cursor): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match) cursor.at = pattern.lastIndex;
  return match;
}

function parseLabels(cursor: Cursor): Record<string, string> {
  // Without a prototype: a label may be called __proto__.
  const labels = Object.create(null) as Record<string, string>;
  while (!take(END, cursor)) {
    const start = cursor.at;
    const [, label = '', value = ''] = take(LABEL, cursor) ?? [];
    if (label === '') throw bad(cursor, 'a label or "}"');
    if (label in labels) throw bad({ ...cursor, at: start }, `no second label "${label}"`);
    labels[label] = value.includes('\\') ? value.replace(/\\["\\n]/g, (it) => ESCAPES[it]!) : value;
  }
  return labels;
}

function parseValue(cursor: Cursor, name: string): number | null {
  const text = cursor.text.slice(cursor.at).trim().split(/[ \t]/, 1)[0]!;
  if (/^[+-]?(inf|infinity|nan)$/i.test(text)) return null;
  // Number() also knows 0x10 and the empty text.
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw bad(cursor, 'a number');
  const value = Number(text);
  if (!Number.isFinite(value) || Math.abs(value) >= DCGM_BLANK_INT) return null;
  const blank = value >= DCGM_BLANK_DOUBLE.from && value <= DCGM_BLANK_DOUBLE.to;
  return blank && name.startsWith('DCGM_') ? null : value;
}

function parseLine(text: string, line: number): Sample {
  const cursor: Cursor = { text, line, at: 0 };
  const name = take(NAME, cursor)?.[0];
  if (name === undefined) throw bad(cursor, 'a metric name');
  while (text[cursor.at] === ' ' || text[cursor.at] === '\t') cursor.at += 1;
  let labels: Record<string, string> = {};
  if (text[cursor.at] === '{') {
    cursor.at += 1;
    labels = parseLabels(cursor);
  }
  return { name, labels, value: parseValue(cursor, name) };
}

const keeps = (patterns: readonly string[] | undefined, name: string): boolean =>
  patterns === undefined ||
  patterns.some((p) => (p.endsWith('*') ? name.startsWith(p.slice(0, -1)) : name === p));

/** Prometheus text format 0.0.4; `metrics` as in kinds/README.md. */
export function parsePrometheus(text: string, metrics?: readonly string[]): Sample[] {
  const samples: Sample[] = [];
  text.split('\n').forEach((raw, index) => {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const sample = parseLine(trimmed, index + 1);
    if (keeps(metrics, sample.name)) samples.push(sample);
  });
  return samples;
}
