import { ChangeForwarder } from '../change-forwarder';
import type { Row } from '../contracts';
import { keyIdentity } from '../key-identity';
import type { KeyValueStore } from '../stores/key-value-store';
import type { Next, TableView, TaskContext } from '../task-context';
import { sourceHandler } from './source';
import type { SourceParts } from './source';

/** A table without a store: each record is a change that does not know what it replaces. */
export function plainTableSource(parts: SourceParts, context: TaskContext, next: Next): void {
  const handle = sourceHandler(parts, context, (key, window, value, timestamp) => {
    if (key !== null) next.push(key, window, value, null, timestamp);
  });
  context.addSource(parts.step.topic.name, handle);
}

/** A table with its current rows in a store; records without a key are skipped. */
export function materializedTableSource(
  parts: SourceParts,
  context: TaskContext,
  store: KeyValueStore,
  next: Next,
): TableView {
  const pass = storeChanges(context, store, next);
  const handle = sourceHandler(parts, context, (key, _window, value, timestamp) => {
    if (key !== null) pass(key, value, timestamp);
  });
  context.addSource(parts.step.topic.name, handle);
  return store;
}

/** Writes rows to a store and passes the changes on. */
export function storeChanges(
  context: TaskContext,
  store: KeyValueStore,
  next: Next,
): (key: Row, value: Row | null, timestamp: number) => void {
  const forwarder = new ChangeForwarder(context, next, (state) => state);
  const identity = keyIdentity(store.spec.keyColumns);
  return (key, value, timestamp) => {
    const before = store.put(key, value, timestamp);
    forwarder.forward(identity(key), key, null, value, before?.value ?? null, timestamp);
  };
}
