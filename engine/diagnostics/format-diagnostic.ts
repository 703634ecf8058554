import type { Span, Source } from '../source/source';
import type { Diagnostic } from './diagnostic';

/** Longest part of a source line that is shown, in UTF-16 code units. */
const MAX_SHOWN = 160;

/**
 * Prints `file:line:column: error KE1001: message`, the line with carets below what is meant, and the hint.
 * Parts that the diagnostic does not have are left out.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const parts = [headline(diagnostic), ...excerpt(diagnostic)];
  if (diagnostic.detail !== undefined) parts.push(`  ${diagnostic.detail}`);
  if (diagnostic.hint !== undefined) parts.push(`hint: ${diagnostic.hint}`);
  for (const related of diagnostic.related ?? []) parts.push(indent(formatDiagnostic(related)));
  return parts.join('\n');
}

/** Several, an empty line between them. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(formatDiagnostic).join('\n\n');
}

function headline({ source, span, severity, code, message }: Diagnostic): string {
  const place = [source?.name, ...(span && span.line > 0 ? [span.line, span.column] : [])].filter(
    (part) => part !== undefined,
  );
  const where = place.length > 0 ? `${place.join(':')}: ` : '';
  return `${where}${severity} ${code}: ${withoutPosition(message)}`;
}

/** ksqlDB's messages hold the position, which stands in front already, and may have several lines. */
function withoutPosition(message: string): string {
  return message
    .replace(/\b([Ll]ine:? \d+(:|, Col: )\d+: )/, '')
    .trimEnd()
    .replaceAll('\n', '\n    ');
}

function excerpt({ source, span }: Diagnostic): string[] {
  if (source === undefined || span === undefined || span.line < 1) return [];
  const line = lineOf(source, span);
  const from = Math.max(0, span.column - 1 - MAX_SHOWN / 2);
  const shown = line.slice(from, from + MAX_SHOWN).replaceAll('\t', ' ');
  const before = span.column - 1 - from;
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - before));
  const [cutBefore, cutAfter] = [from > 0 ? '…' : '', from + MAX_SHOWN < line.length ? '…' : ''];
  return [
    `    ${cutBefore}${shown}${cutAfter}`,
    `    ${' '.repeat(cutBefore.length + before)}${'^'.repeat(length)}`,
  ];
}

function lineOf({ text }: Source, span: Span): string {
  const start = span.start - (span.column - 1);
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
