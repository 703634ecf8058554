import { ChangeForwarder } from '../change-forwarder';
import type { Row, TimeWindow } from '../contracts';
import type { keyIdentity } from '../key-identity';
import { sameWindow } from '../stores/session-store';
import type { SessionStore } from '../stores/session-store';
import type { WindowStore } from '../stores/window-store';
import type { Next, TaskContext } from '../task-context';
import type { Aggregation } from './aggregation';

/** State of the groups of a windowed source. */
interface WindowedGroups {
  get(key: Row, window: TimeWindow): { readonly value: Row; readonly timestamp: number } | undefined;
  put(key: Row, window: TimeWindow, value: Row, timestamp: number): void;
}

/** Groups by the start of their window: all windows have one size. */
export function timeWindowGroups(store: WindowStore): WindowedGroups {
  return {
    get: (key, window) => store.get(store.identityOf(key), window.start, key),
    put: (key, window, value, timestamp) =>
      store.put(store.identityOf(key), window.start, { key, value, timestamp }),
  };
}

/** Groups by both bounds. */
export function sessionGroups(store: SessionStore): WindowedGroups {
  return {
    get: (key, window) =>
      store.find(key, window.end, window.start).find((session) => sameWindow(session.window, window)),
    put: (key, window, value, timestamp) => store.put({ key, window, value, timestamp }),
  };
}

/** GROUP BY the key of a windowed source, without a window of its own: each window of a key is a group, and stays open for ever. */
export function windowedSourceAggregate(
  aggregation: Aggregation,
  groups: WindowedGroups,
  keyOf: ReturnType<typeof keyIdentity>,
  context: TaskContext,
  stepContext: string,
  next: Next,
): Next {
  const forwarder = new ChangeForwarder(context, next, aggregation.present);
  const evaluation = context.evaluation(stepContext);
  return {
    push(key, window, value, _old, timestamp) {
      if (key === null || window === null || value === null) return;
      const before = groups.get(key, window);
      const state = aggregation.add(before?.value ?? aggregation.init(), value, evaluation);
      const newTimestamp = before === undefined ? timestamp : Math.max(timestamp, before.timestamp);
      groups.put(key, window, state, newTimestamp);
      const id = `${window.end}/${String(keyOf(key))}`;
      forwarder.forward(id, key, window, state, before?.value ?? null, newTimestamp);
    },
  };
}
