import type { CaseResult } from './test-case';

/** A failure with expected and got side by side. */
export function failureText(result: CaseResult): string {
  const format = result.format === undefined ? '' : ` [${result.format}]`;
  const lines = [`FAILED ${result.file}: ${result.name}${format}`, `  ${result.reason ?? ''}`];
  if (result.expected !== undefined || result.got !== undefined)
    lines.push(...sideBySide(result.expected ?? '', result.got ?? ''));
  for (const entry of result.log ?? []) lines.push(`  log: ${entry}`);
  return lines.join('\n');
}

const MAX_WIDTH = 100;

function sideBySide(expected: string, got: string): string[] {
  const [left, right] = [expected.split('\n'), got.split('\n')];
  if ([...left, ...right].some((line) => line.length > MAX_WIDTH)) {
    return ['  expected:', ...left.map((l) => `    ${l}`), '  got:', ...right.map((l) => `    ${l}`)];
  }
  const width = Math.max(...left.map((l) => l.length), 'expected'.length);
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const [a, b] = [left[i] ?? '', right[i] ?? ''];
    return `  ${a.padEnd(width)} ${a === b ? '|' : '≠'} ${b}`;
  });
  return [`  ${'expected'.padEnd(width)} | got`, ...rows];
}

/** A case in the file that `--json` writes. */
export interface ResultRow {
  readonly file: string;
  readonly name: string;
  /** The format or configuration value that the run was for. */
  readonly format: string | null;
  readonly status: CaseResult['status'];
  readonly reason: string | null;
}

export function resultRow({ file, name, format, status, reason, expected, got }: CaseResult): ResultRow {
  const difference =
    expected === undefined && got === undefined ? '' : `\nexpected: ${expected ?? ''}\ngot: ${got ?? ''}`;
  return {
    file,
    name,
    format: format ?? null,
    status,
    reason: reason === undefined ? null : `${reason}${difference}`,
  };
}

export function summaryText(results: readonly CaseResult[]): string {
  const count = (status: CaseResult['status']): number => results.filter((r) => r.status === status).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
}
