/** The lines `-- key: value` before the first statement of an SQL file. */
export interface SqlHeader {
  readonly description?: string;
  /** Names of the windows that the file is expanded for. */
  readonly windows: readonly string[];
  /** What its columns measure: each line `metric: column | formula | unit | null rule | source`. */
  readonly metrics: readonly SqlMetric[];
  /** Pull queries that work as they stand: each line `example: SELECT …;`. */
  readonly examples: readonly string[];
  /** Every other line, also those without a meaning to the loader. */
  readonly entries: Readonly<Record<string, string>>;
}

/** One metric: a column, or a family of them (`e2e_latency_le_*ms`). */
export interface SqlMetric {
  readonly column: string;
  readonly formula: string;
  readonly unit: string;
  /** When the column is NULL: `never`, `NULL when …`. */
  readonly nullRule: string;
  /** Event families or tables that it is made of. */
  readonly source: string;
}

const HEADER_LINE = /^--\s*([a-z][a-z0-9_-]*)\s*:\s*(.*)$/i;
const COMMENT = /^\s*--/;

/**
 * Reads the header. A comment line without a key goes on with the value above it; the header ends at the first line that
 * is no comment, so that free comments below a blank line may look as they like.
 */
export function readHeader(text: string): SqlHeader {
  const lines = headerLines(text);
  const entries = Object.fromEntries(
    lines.filter(({ key }) => !REPEATED.has(key)).map(({ key, value }) => [key, value]),
  );
  const all = (wanted: string): string[] =>
    lines.filter(({ key }) => key === wanted).map(({ value }) => value);
  return {
    description: entries.description,
    windows: list(entries.windows),
    metrics: all('metric').map(readMetric),
    examples: all('example'),
    entries,
  };
}

/** Keys that may stand several times. */
const REPEATED = new Set(['metric', 'example']);

function headerLines(text: string): { readonly key: string; readonly value: string }[] {
  const lines: { key: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!COMMENT.test(line)) break;
    const match = HEADER_LINE.exec(line.trim());
    const last = lines.at(-1);
    if (match) lines.push({ key: match[1]!.toLowerCase(), value: match[2]!.trim() });
    else if (last) last.value = `${last.value} ${line.trim().replace(/^--\s*/, '')}`.trim();
  }
  return lines;
}

function readMetric(text: string): SqlMetric {
  const parts = text.split(' | ').map((part) => part.trim());
  const [column, formula, unit, nullRule, source] = parts;
  if (parts.length !== 5 || !column || !formula || !unit || !nullRule || !source) {
    throw new Error(
      `metric "${text}" has ${parts.length} parts, expected 5 with " | " between them: column | formula | unit | null rule | source`,
    );
  }
  return { column, formula, unit, nullRule, source };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
