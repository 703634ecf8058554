import type { Diagnostic } from '../../engine/index';
import { KsqlError } from '../../engine/index';
import { lex } from '../../engine/index';
import { undefinedVariables } from '../../engine/index';
import { parseStatements } from '../../engine/index';
import type { ParsedStatement } from '../../engine/index';
import { createSource } from '../../engine/index';
import type { Source, Span } from '../../engine/index';
import { baseName, expandSqlFile } from '../../resources/query/sql-files';
import type { SqlContext, SqlExpansion, SqlFile } from '../../resources/query/sql-files';

/** One object that a file stands for, parsed. */
export interface SqlUnit {
  readonly file: SqlFile;
  readonly window?: string;
  readonly version?: number;
  readonly statements: readonly ParsedStatement[];
}

export interface ReadUnits {
  readonly units: readonly SqlUnit[];
  readonly diagnostics: readonly Diagnostic[];
  /** What files that could not be read seem to make: that it is missing is no second mistake. */
  readonly unread: readonly string[];
}

/** Expands and parses files; those that fail give diagnostics instead. */
export function readUnits(files: readonly SqlFile[], all: readonly SqlFile[], context: SqlContext): ReadUnits {
  const units: SqlUnit[] = [];
  const diagnostics: Diagnostic[] = [];
  const unread: string[] = [];
  for (const file of files) {
    try {
      units.push(...expandSqlFile(file, all, context).map(parseUnit));
    } catch (error) {
      diagnostics.push(...diagnosticsOf(error as Error, file));
      unread.push(...seeminglyMade(file));
    }
  }
  return { units, diagnostics: withoutRepeats(diagnostics), unread };
}

function diagnosticsOf(error: Error, file: SqlFile): readonly Diagnostic[] {
  if (error instanceof KsqlError) return error.diagnostics;
  return [fileError('KE1011', file, error.message.replace(`${file.path}: `, ''))];
}

/** Names behind STREAM and TABLE, and the file's own. */
function seeminglyMade({ path, text }: SqlFile): string[] {
  const { tokens } = lex(createSource(text));
  const named = tokens.filter((_, index) => ['STREAM', 'TABLE', 'EXISTS'].includes(tokens[index - 1]?.value ?? ''));
  return [baseName(path).toUpperCase(), ...named.map(({ value }) => value)];
}

/** A mistake that concerns a whole file. */
export function fileError(code: string, { path: name, text }: SqlFile, message: string, hint?: string): Diagnostic {
  const span = { start: 0, end: 0, line: 0, column: 0 };
  return { code, severity: 'error', message, source: createSource(text, name), span, hint };
}

function parseUnit({ file, window, version, variables }: SqlExpansion): SqlUnit {
  const source = createSource(file.text, file.path);
  const missing = missingVariables(source, variables);
  if (missing.length > 0) throw new KsqlError(missing[0]!, ...missing.slice(1));
  return { file, window, version, statements: parseStatements(source, { variables }) };
}

/** References to variables that nothing defines: neither the environment nor a DEFINE in the file. */
function missingVariables(source: Source, variables: ReadonlyMap<string, string>): Diagnostic[] {
  const { tokens } = lex(source);
  const defined = tokens.flatMap((token, index) => (token.value === 'DEFINE' ? [tokens[index + 1]?.text.toUpperCase() ?? ''] : []));
  const known = new Map([...variables, ...defined.map((name) => [name, ''] as const)]);
  return tokens.flatMap((token) => undefinedVariables(token.text, known).map((name) => missingVariable(source, token, name, known)));
}

function missingVariable(source: Source, token: Span, name: string, known: ReadonlyMap<string, string>): Diagnostic {
  const names = [...known.keys()].map((one) => one.toLowerCase()).sort();
  const hint = names.length > 0 ? `Defined are ${names.join(', ')}.` : `Pass --define ${name}=VALUE.`;
  return { code: 'KE1012', severity: 'error', message: `variable "${name}" is not defined`, source, span: token, hint };
}

/** The expansions of one file make the same mistakes. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const key = JSON.stringify([one.source?.name, one.span?.line, one.span?.column, one.code]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}
