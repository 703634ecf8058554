/** The lines `-- key: value` before the first statement of an SQL file. */
export interface SqlHeader {
  readonly description?: string;
  /** Names of the windows that the file is expanded for. */
  readonly windows: readonly string[];
  /** Every line, also those without a meaning to the loader. */
  readonly entries: Readonly<Record<string, string>>;
}

const HEADER_LINE = /^--\s*([a-z][a-z0-9_-]*)\s*:\s*(.*)$/i;
const COMMENT = /^\s*--/;

/**
 * Reads the header. A comment line without a key goes on with the value above it; the header ends at the first line that
 * is no comment, so that free comments below a blank line may look as they like.
 */
export function readHeader(text: string): SqlHeader {
  const entries: Record<string, string> = {};
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (!COMMENT.test(line)) break;
    const match = HEADER_LINE.exec(line.trim());
    if (match) {
      last = match[1]!.toLowerCase();
      entries[last] = match[2]!.trim();
    } else if (last !== undefined) {
      entries[last] = `${entries[last]} ${line.trim().replace(/^--\s*/, '')}`.trim();
    }
  }
  return { description: entries.description, windows: list(entries.windows), entries };
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
