import type { StreamStreamJoinStep } from '../../planner/plan';
import type { Row } from '../contracts';
import type { StreamBuffer } from '../stores/stream-buffer';
import type { JoinSide, UnmatchedStore } from '../stores/unmatched-store';
import type { Next } from '../task-context';
import { keyWithoutWindow, storedKey } from '../windowed-key';
import type { RowJoiner } from './joined-row';

export interface StreamJoinParts {
  readonly step: StreamStreamJoinStep;
  readonly join: RowJoiner;
  readonly left: StreamBuffer;
  readonly right: StreamBuffer;
  /** Present for LEFT, RIGHT and OUTER with a GRACE PERIOD: padded rows wait there until their window closes. */
  readonly unmatched?: UnmatchedStore;
}

/** Time that both sides of one join have seen, and the oldest row that waits. */
interface SharedTime {
  streamTime: number;
}

/**
 * Joins rows of one key whose times lie within the join's window. Results carry the later time.
 * Without GRACE PERIOD a row without partner is padded at once; with it, once no partner can come any more.
 */
export function streamStreamJoin(
  parts: StreamJoinParts,
  next: Next,
): { readonly left: Next; readonly right: Next } {
  const shared: SharedTime = { streamTime: -1 };
  return { left: joinSide(parts, 'LEFT', shared, next), right: joinSide(parts, 'RIGHT', shared, next) };
}

function joinSide(parts: StreamJoinParts, side: JoinSide, shared: SharedTime, next: Next): Next {
  const { step, join, unmatched } = parts;
  const isLeft = side === 'LEFT';
  const [own, other] = isLeft ? [parts.left, parts.right] : [parts.right, parts.left];
  const otherSide: JoinSide = isLeft ? 'RIGHT' : 'LEFT';
  // A right row looks for left rows, so that before and after change places.
  const [beforeMs, afterMs] = isLeft ? [step.beforeMs, step.afterMs] : [step.afterMs, step.beforeMs];
  const pads = step.joinType === 'OUTER' || step.joinType === (isLeft ? 'LEFT' : 'RIGHT');
  const joined = (key: Row | null, mine: Row, theirs: Row | null): Row =>
    isLeft ? join(key, mine, theirs) : join(key, theirs, mine);

  return {
    push(key, window, value, _old, timestamp) {
      if (value === null) return;
      if (key === null) {
        if (pads) next.push(null, window, joined(null, value, null), null, timestamp);
        return;
      }
      own.put(storedKey(key, window), value, timestamp);
      shared.streamTime = Math.max(shared.streamTime, timestamp);
      if (unmatched !== undefined && timestamp === shared.streamTime)
        emitClosed(parts, unmatched, shared.streamTime, next);
      let found = false;
      const to = Math.max(0, timestamp + afterMs);
      for (const row of other.fetch(storedKey(key, window), Math.max(0, timestamp - beforeMs), to)) {
        found = true;
        unmatched?.matched(otherSide, storedKey(key, window), row.timestamp);
        next.push(key, window, joined(key, value, row.value), null, Math.max(timestamp, row.timestamp));
      }
      if (found || !pads) return;
      if (unmatched === undefined || to < shared.streamTime)
        next.push(key, window, joined(key, value, null), null, timestamp);
      else unmatched.add(side, storedKey(key, window), window, value, timestamp);
    },
  };
}

function emitClosed(parts: StreamJoinParts, unmatched: UnmatchedStore, streamTime: number, next: Next): void {
  const { step, join } = parts;
  const graceMs = step.graceMs ?? 0;
  for (const row of unmatched.all()) {
    const lookMs = row.side === 'LEFT' ? step.afterMs : step.beforeMs;
    if (row.timestamp + lookMs + graceMs >= streamTime) {
      if (row.timestamp + Math.min(step.afterMs, step.beforeMs) + graceMs >= streamTime) return;
      continue;
    }
    unmatched.remove(row);
    const key = keyWithoutWindow(row.key, row.window);
    const value = row.side === 'LEFT' ? join(key, row.value, null) : join(key, null, row.value);
    next.push(key, row.window, value, null, row.timestamp);
  }
}
