import { ChangeForwarder } from '../change-forwarder';
import type { Row } from '../contracts';
import { keyIdentity } from '../key-identity';
import type { KeyValueStore } from '../stores/key-value-store';
import type { Next, TableView, TaskContext } from '../task-context';
import type { Aggregation } from './aggregation';

/** One state a group, over a stream. The result's time is the latest of the group's rows. */
export function streamAggregate(
  aggregation: Aggregation,
  store: KeyValueStore,
  context: TaskContext,
  stepContext: string,
  next: Next,
): Next {
  const forwarder = new ChangeForwarder(context, next, aggregation.present);
  const identity = keyIdentity(store.spec.keyColumns);
  const evaluation = context.evaluation(stepContext);
  return {
    push(key, _window, value, _old, timestamp) {
      if (key === null || value === null) return;
      const before = store.get(key);
      const state = aggregation.add(before?.value ?? aggregation.init(), value, evaluation);
      const newTimestamp = before === undefined ? timestamp : Math.max(timestamp, before.timestamp);
      store.put(key, state, newTimestamp);
      forwarder.forward(identity(key), key, null, state, before?.value ?? null, newTimestamp);
    },
  };
}

/** One state a group, over a table: the old row is taken back before the new one is added. */
export function tableAggregate(
  aggregation: Aggregation,
  store: KeyValueStore,
  context: TaskContext,
  stepContext: string,
  next: Next,
): Next {
  const forwarder = new ChangeForwarder(context, next, aggregation.present);
  const identity = keyIdentity(store.spec.keyColumns);
  const evaluation = context.evaluation(stepContext);
  return {
    push(key, _window, value, old, timestamp) {
      if (key === null) return;
      const before = store.get(key);
      let state: Row | null = before?.value ?? null;
      if (old !== null && state !== null) state = aggregation.remove(state, old, evaluation);
      if (value !== null) state = aggregation.add(state ?? aggregation.init(), value, evaluation);
      if (state === null) return;
      const newTimestamp = before === undefined ? timestamp : Math.max(timestamp, before.timestamp);
      store.put(key, state, newTimestamp);
      forwarder.forward(identity(key), key, null, state, before?.value ?? null, newTimestamp);
    },
  };
}

/** Current results of an aggregation. */
export function aggregateView(aggregation: Aggregation, store: KeyValueStore): TableView {
  return {
    get(key) {
      const entry = store.get(key);
      return entry === undefined
        ? undefined
        : { value: aggregation.present(entry.value, null, key), timestamp: entry.timestamp };
    },
  };
}
