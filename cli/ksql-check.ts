import path from 'node:path';
import type { Command } from 'commander';
import type { Diagnostic } from '../engine/index';
import { formatDiagnostics } from '../engine/index';
import { projectRoot } from '../lab/paths';
import { EXIT } from './exit-codes';
import { withExamples } from './help';
import { checkSql } from './ksql/check';
import type { CheckResult } from './ksql/check';
import { collectDefine, ksqlCommand } from './ksql/command-group';
import { localWorld } from './ksql/local-world';
import { readSqlFiles } from './ksql/sql-paths';
import { readSqlProject } from './ksql/sql-project';

export interface CheckOptions {
  readonly env: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly strict?: boolean;
}

export function registerKsqlCheck(program: Command): void {
  const command = ksqlCommand(program)
    .command('check')
    .argument('[paths...]', '.sql files and folders; ksql/ when none is given')
    .description('Parse, order, type and lint SQL files, before anything is touched.')
    .option('--env <name>', 'environment whose variables and windows files of ksql/ take', 'dev')
    .option('--define <name=value>', 'value of ${name}; may be repeated', collectDefine)
    .option('--strict', 'warnings fail too')
    .option('--json', 'one JSON object')
    .action(check);
  withExamples(
    command,
    [
      './naap ksql check',
      './naap ksql check ksql/gold --env prod',
      './naap ksql check mine.sql --define partitions=4',
    ],
    'Exit codes: 0 nothing wrong (warnings allowed), 1 mistakes found, 2 wrong usage.',
  );
}

function check(paths: readonly string[], options: CheckOptions): void {
  const result = checkPaths(projectRoot(), paths, options);
  console.log(options.json ? JSON.stringify(asJson(result), null, 2) : asText(result));
  if (fails(result, options)) process.exitCode = EXIT.error;
}

/** Checks what lies at `paths`, relative to the working directory; `ksql/` of the project without any. */
export function checkPaths(
  root: string,
  paths: readonly string[],
  { env, define = {} }: CheckOptions,
): CheckResult {
  const files = readSqlFiles(root, paths.length > 0 ? paths : [path.join(root, 'ksql')]);
  return checkSql({ files, project: readSqlProject(root, env), defines: define, world: localWorld() });
}

function fails({ diagnostics }: CheckResult, { strict }: CheckOptions): boolean {
  return diagnostics.some(
    ({ severity }) => severity === 'error' || (strict === true && severity === 'warning'),
  );
}

function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): number {
  return diagnostics.filter((one) => one.severity === severity).length;
}

function asText({ diagnostics, statements }: CheckResult): string {
  const errors = countOf(diagnostics, 'error');
  const warnings = countOf(diagnostics, 'warning');
  const summary = `${plural(statements, 'statement')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  return [...(diagnostics.length > 0 ? [formatDiagnostics(diagnostics), ''] : []), summary].join('\n');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Lines and columns are 1-based; absent where a mistake concerns the whole file. */
function asJson({ diagnostics, statements }: CheckResult) {
  return {
    statements,
    errors: countOf(diagnostics, 'error'),
    warnings: countOf(diagnostics, 'warning'),
    diagnostics: diagnostics.map(({ code, severity, message, source, span, detail, hint }) => {
      const place =
        span && span.line > 0 ? { line: span.line, column: span.column, length: span.end - span.start } : {};
      return { code, severity, message: message.trimEnd(), file: source?.name, ...place, detail, hint };
    }),
  };
}
