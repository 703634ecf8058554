import { pause } from '../retry';
import type { Connector, LiveConnector } from './connector';

export interface SettleOptions {
  /** So long all must run without a break, as a task that cannot work fails a moment after it runs. */
  readonly settleMs: number;
  readonly timeoutMs: number;
  readonly everyMs: number;
  /** So long a failure may be one of before the change: workers go on telling it until they have begun anew. */
  readonly staleMs: number;
}

export const SETTLE: SettleOptions = { settleMs: 1_500, timeoutMs: 90_000, everyMs: 150, staleMs: 0 };
/** After a change of what was there. */
export const SETTLE_AGAIN: SettleOptions = { ...SETTLE, staleMs: 5_000 };

/** First lines of a stack trace: the reasons, not the frames. */
const TRACE_LINES = 4;

/**
 * Waits until the connector and all of its tasks have been in the declared state for a while.
 * @throws Error with the worker's trace when one fails, or with the states when the time is over
 */
export async function waitUntilSettled(
  desired: Connector,
  read: () => Promise<LiveConnector | undefined>,
  options: SettleOptions = SETTLE,
): Promise<void> {
  const began = Date.now();
  const deadline = began + options.timeoutMs;
  let since: number | undefined;
  for (;;) {
    const live = await read();
    const failure = live && failureOf(live);
    if (failure && Date.now() - began >= options.staleMs) throw new Error(failure);
    since = live && isAsDeclared(desired, live) ? (since ?? Date.now()) : undefined;
    if (since !== undefined && Date.now() - since >= options.settleMs) return;
    if (Date.now() > deadline)
      throw new Error(`is not ${desired.state} after ${options.timeoutMs} ms: ${states(live)}`);
    await pause(options.everyMs);
  }
}

function isAsDeclared({ state }: Connector, live: LiveConnector): boolean {
  if (live.state !== state) return false;
  return state === 'STOPPED' || (live.tasks.length > 0 && live.tasks.every((task) => task.state === state));
}

function failureOf(live: LiveConnector): string | undefined {
  if (live.state === 'FAILED') return `the connector failed: ${shortTrace(live.trace)}`;
  const task = live.tasks.find(({ state }) => state === 'FAILED');
  return task && `task ${task.id} failed: ${shortTrace(task.trace)}`;
}

/** The message of each exception in the chain. */
export function shortTrace(trace = ''): string {
  const reasons = trace
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(at |\.\.\. \d+ more)/.test(line));
  return (
    reasons
      .slice(0, TRACE_LINES)
      .map((line) => line.trim())
      .join(' | ') || '(no trace)'
  );
}

function states(live: LiveConnector | undefined): string {
  if (!live) return 'it does not exist';
  return `connector ${live.state}, tasks ${live.tasks.map(({ state }) => state).join(', ') || 'none'}`;
}
