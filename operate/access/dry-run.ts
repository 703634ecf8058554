/**
 * A request of several statements is validated as a whole before any of them runs, so a last statement that always fails makes
 * it a dry run of the others. The name is one that nobody gives: were there such a stream, the request would not fail.
 */
export const NEVER_THERE = 'NAAP_DRY_RUN_OF_NOTHING';
export const ALWAYS_FAILS = `DROP STREAM ${NEVER_THERE};`;

/** Whether a request ends so that nothing of it can run. */
export function isDryRun(ksql: string): boolean {
  return ksql.trimEnd().endsWith(ALWAYS_FAILS);
}

/** Whether a server's reason is the one that a dry run of valid statements ends with. */
export function isExpectedFailure(message: string): boolean {
  return message.includes(NEVER_THERE);
}
