import type { AnalyzedWindow } from '../../analyzer/analysis';
import { fail } from '../../analyzer/errors';
import { NotSupportedError } from '../../diagnostics/diagnostic';
import type { WindowSpec } from '../plan';

/** Rows are late for a window whose end lies further back than this, unless GRACE PERIOD says otherwise: 24 hours. */
export const DEFAULT_GRACE_MS = 86_400_000;
/**
 * Fills in grace, and retention: unless it is given, windows are kept until they close. A retention shorter than that is refused.
 * https://docs.confluent.io/platform/7.9/ksqldb/concepts/time-and-windows-in-ksqldb-queries.html
 */
export function windowSpec(window: AnalyzedWindow): WindowSpec {
  const { type, sizeMs, advanceMs } = window;
  refuseImpossible(window);
  const graceMs = window.graceMs ?? DEFAULT_GRACE_MS;
  const needed = sizeMs + graceMs;
  const retentionMs = window.retentionMs ?? needed;
  if (retentionMs < needed) {
    const message =
      `The retention period of the window store must be no smaller than its window size plus the grace period. ` +
      `Got size=[${sizeMs}], grace=[${graceMs}], retention=[${retentionMs}]`;
    fail(
      'window',
      message,
      undefined,
      `Set RETENTION to at least ${needed} MILLISECONDS, or a shorter GRACE PERIOD.`,
    );
  }
  return { type, sizeMs, advanceMs, graceMs, retentionMs };
}

/** One record lies in each of them: above this a single one could exhaust the process. */
const MOST_WINDOWS = 100_000;

function refuseTooMany(windows: number): void {
  if (windows > MOST_WINDOWS)
    throw new NotSupportedError(
      `A hopping window whose SIZE is more than ${MOST_WINDOWS} times its ADVANCE BY (here ${Math.ceil(windows)})`,
    );
}

/** Lengths that Kafka Streams refuses, in its words. */
function refuseImpossible({ type, sizeMs, advanceMs }: AnalyzedWindow): void {
  if (type === 'SESSION') {
    if (sizeMs <= 0) fail('window', 'Gap time (inactivityGapMs) cannot be zero or negative.');
    return;
  }
  if (sizeMs <= 0) fail('window', 'Window size (sizeMs) must be larger than zero.');
  if (advanceMs > 0 && advanceMs <= sizeMs) return refuseTooMany(sizeMs / advanceMs);
  const message =
    'Window advancement interval should be more than zero and less than window duration ' +
    `which is ${sizeMs} ms, but given advancement interval is: ${advanceMs} ms`;
  fail('window', message, undefined, 'ADVANCE BY may be as long as SIZE at most.');
}
