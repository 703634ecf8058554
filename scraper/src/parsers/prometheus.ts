import { ScrapeError } from '../errors';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** null: NaN, an infinity, or DCGM's "no value" sentinel, none of which JSON can say. */
  readonly value: number | null;
}

/** What the DCGM exporter writes where the field is not supported by the device (blank int64 values start here). */
const DCGM_BLANK = 9_223_372_036_854_775_792;
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\\n]|\\.)*)"\s*(,|(?=\}))/;
const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

function parseValue(text: string, line: number): number | null {
  if (/^[+-]?(inf|infinity|nan)$/i.test(text)) return null;
  const value = Number(text);
  if (text === '' || Number.isNaN(value))
    throw new ScrapeError('parse', `line ${line}: "${text}" is no number`);
  return Math.abs(value) >= DCGM_BLANK ? null : value;
}

function parseLabels(text: string, line: number): { labels: Record<string, string>; rest: string } {
  const labels: Record<string, string> = {};
  let rest = text;
  while (!/^\s*\}/.test(rest)) {
    const match = LABEL.exec(rest);
    if (!match)
      throw new ScrapeError('parse', `line ${line}: expected a label or "}", found "${rest.slice(0, 20)}"`);
    labels[match[1]!] = match[2]!.replace(/\\["\\n]/g, (escape) => ESCAPES[escape]!);
    rest = rest.slice(match[0].length);
  }
  return { labels, rest: rest.replace(/^\s*\}/, '') };
}

function parseLine(text: string, line: number): Sample {
  const name = NAME.exec(text)?.[0];
  if (name === undefined)
    throw new ScrapeError('parse', `line ${line}: expected a metric name, found "${text.slice(0, 20)}"`);
  const after = text.slice(name.length).trimStart();
  const { labels, rest } = after.startsWith('{')
    ? parseLabels(after.slice(1), line)
    : { labels: {}, rest: after };
  return { name, labels, value: parseValue(rest.trim().split(/\s+/)[0] ?? '', line) };
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
