/**
 * Java's `.properties` format, as stock's `ksql-server.properties` is written: `key=value`, `key: value`, `#` and `!` comments,
 * a backslash at the end of a line to go on, `\n`, `\t`, `\uXXXX` and escaped characters.
 */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [key, value] = splitLine(line);
    properties.set(unescape(key), unescape(value));
  }
  return properties;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let pending = '';
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.trimStart();
    if (pending === '' && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const isContinued = /(^|[^\\])(\\\\)*\\$/.test(line);
    pending += isContinued ? line.slice(0, -1) : line;
    if (isContinued) continue;
    lines.push(pending);
    pending = '';
  }
  if (pending !== '') lines.push(pending);
  return lines;
}

/** The key ends at the first unescaped `=`, `:` or white space. */
function splitLine(line: string): [string, string] {
  const match = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/su.exec(line)!;
  return [match[1]!, match[2]!];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|.)/gsu, (_, code: string) =>
    code.startsWith('u') && code.length === 5
      ? String.fromCharCode(parseInt(code.slice(1), 16))
      : (ESCAPES[code] ?? code),
  );
}
