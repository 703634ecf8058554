import { KsqlError } from '../diagnostics/diagnostic';
import type { Span } from '../source/source';

/**
 * Codes of the analyzer and the planner. A code names the kind of mistake, not one wording; the message is ksqlDB's own wherever
 * ksqlDB has one.
 */
export const ANALYSIS_CODES = {
  unknownSource: 'KE2101',
  unknownAlias: 'KE2102',
  ambiguousColumn: 'KE2103',
  unknownColumn: 'KE2104',
  reservedColumn: 'KE2105',
  duplicateColumn: 'KE2106',
  selfJoin: 'KE2107',
  expression: 'KE2108',
  keyInProjection: 'KE3001',
  noValueColumns: 'KE3002',
  resultType: 'KE3003',
  schemaMismatch: 'KE3004',
  groupBy: 'KE3011',
  aggregate: 'KE3012',
  tableFunction: 'KE3013',
  partitionBy: 'KE3014',
  window: 'KE3015',
  clause: 'KE3016',
  join: 'KE3021',
  coPartitioning: 'KE3022',
  withProperty: 'KE3031',
  format: 'KE3032',
  topic: 'KE3033',
  registrySchema: 'KE3034',
  declaration: 'KE3041',
  dependency: 'KE3042',
  insert: 'KE3043',
  unknownQuery: 'KE3044',
  pullQuery: 'KE3051',
  upgrade: 'KE3061',
} as const;

export type AnalysisErrorKind = keyof typeof ANALYSIS_CODES;

/** Fails the statement: a user's mistake. `loc` points at it where one place is to blame. */
export function fail(kind: AnalysisErrorKind, message: string, loc?: Span, hint?: string): never {
  throw new KsqlError({ code: ANALYSIS_CODES[kind], severity: 'error', message, span: loc, hint });
}

/** Names are resolved before anything else; such messages say so themselves. */
const EARLIER_PHASES: readonly string[] = [
  'Failed to prepare statement: ',
  'Exception while preparing statement: ',
];

/** Puts ksqlDB's words for the phase in front of the message of whatever `run` refuses. */
export function inPhase<T>(prefix: string, run: () => T): T {
  return rewording(
    (message) => (EARLIER_PHASES.some((phase) => message.startsWith(phase)) ? message : prefix + message),
    run,
  );
}

/** Adds to the end of the message of whatever `run` refuses. */
export function withSuffix<T>(suffix: string, run: () => T): T {
  return rewording((message) => message + suffix, run);
}

function rewording<T>(reword: (message: string) => string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof KsqlError)) throw error;
    const [first, ...rest] = error.diagnostics;
    throw new KsqlError({ ...first!, message: reword(first!.message) }, ...rest);
  }
}

/** `Line: 3, Col: 70: `, as ksqlDB puts in front of names that it cannot resolve. */
export function at(loc: Span): string {
  return loc.line > 0 ? `Line: ${loc.line}, Col: ${loc.column}: ` : '';
}
