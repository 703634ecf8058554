import type { WindowSpec } from '../../planner/plan';
import { ChangeForwarder } from '../change-forwarder';
import type { Row, TimeWindow } from '../contracts';
import type { SessionStore, Session } from '../stores/session-store';
import { sameWindow } from '../stores/session-store';
import type { Entry } from '../stores/state-store';
import type { WindowStore } from '../stores/window-store';
import type { Next, TaskContext } from '../task-context';
import { windowStarts } from '../windows';
import type { Aggregation } from './aggregation';

export interface WindowedAggregateParts {
  readonly aggregation: Aggregation;
  readonly window: WindowSpec;
  /** EMIT FINAL: only the result of a closed window. */
  readonly emitFinal: boolean;
  readonly stepContext: string;
  /** Order of the keys of windows that close together: that of their bytes. */
  readonly compareKeys: (a: Row, b: Row) => number;
}

/**
 * TUMBLING and HOPPING. A window takes rows until stream time passes its end by the grace period; later rows for it are dropped.
 * Stream time is the latest row that this operator saw in its partition.
 */
export function timeWindowedAggregate(
  parts: WindowedAggregateParts,
  store: WindowStore,
  context: TaskContext,
  next: Next,
): Next {
  const { aggregation, window: spec, emitFinal } = parts;
  if (emitFinal) store.keepInMemory();
  const forwarder = new ChangeForwarder(context, next, aggregation.present);
  const evaluation = context.evaluation(parts.stepContext);
  let observed = -1;

  const updateWindow = (id: unknown, key: Row, start: number, row: Row, timestamp: number): void => {
    const before = store.get(id, start, key);
    const value = aggregation.add(before?.value ?? aggregation.init(), row, evaluation);
    const newTimestamp = before === undefined ? timestamp : Math.max(timestamp, before.timestamp);
    store.put(id, start, { key, value, timestamp: newTimestamp });
    if (emitFinal) return;
    forwarder.forward(
      id,
      key,
      { start, end: start + spec.sizeMs },
      value,
      before?.value ?? null,
      newTimestamp,
    );
  };

  const emitClosed = (closeTime: number): void => {
    const emitted = store.progress;
    if (closeTime <= emitted) return;
    for (const [start, entries] of store.between(emitted - spec.sizeMs + 1, closeTime - spec.sizeMs)) {
      const window = { start, end: start + spec.sizeMs };
      for (const entry of inKeyOrder(entries, parts.compareKeys)) {
        next.push(
          entry.key,
          window,
          aggregation.present(entry.value, window, entry.key),
          null,
          entry.timestamp,
        );
      }
    }
    store.progress = closeTime;
  };

  return {
    push(key, _window, value, _old, timestamp) {
      if (key === null || value === null) return;
      observed = Math.max(observed, store.maxTimestamp, timestamp);
      const closeTime = observed - spec.graceMs;
      const id = store.identityOf(key);
      if (spec.type === 'TUMBLING') {
        const start = timestamp - (timestamp % spec.sizeMs);
        if (start + spec.sizeMs > closeTime) updateWindow(id, key, start, value, timestamp);
      } else {
        for (const start of windowStarts(spec, timestamp)) {
          if (start + spec.sizeMs > closeTime) updateWindow(id, key, start, value, timestamp);
        }
      }
      if (emitFinal) emitClosed(closeTime);
    },
  };
}

function inKeyOrder(
  entries: ReadonlyMap<unknown, Entry>,
  compare: (a: Row, b: Row) => number,
): readonly Entry[] {
  const list = [...entries.values()];
  return list.length > 1 ? list.sort((a, b) => compare(a.key, b.key)) : list;
}

/** SESSION: a row joins the sessions within the gap of it into one; those it replaces are deleted downstream. */
export function sessionAggregate(
  parts: WindowedAggregateParts,
  store: SessionStore,
  context: TaskContext,
  next: Next,
): Next {
  const { aggregation, window: spec, emitFinal } = parts;
  const forwarder = new ChangeForwarder(context, next, aggregation.present);
  const evaluation = context.evaluation(parts.stepContext);
  const gapMs = spec.sizeMs;
  let observed = -1;

  const forward = (session: Session, value: Row | null, old: Row | null): void => {
    if (!emitFinal)
      forwarder.forward(sessionId(session), session.key, session.window, value, old, session.window.end);
  };

  const emitClosed = (closeTime: number): void => {
    const emitted = store.progress;
    if (closeTime <= emitted) return;
    const closed = [...store.all()].filter((s) => s.window.end < closeTime && s.window.end >= emitted);
    closed.sort((a, b) => a.window.end - b.window.end || parts.compareKeys(a.key, b.key));
    for (const s of closed)
      next.push(s.key, s.window, aggregation.present(s.value, s.window, s.key), null, s.window.end);
    store.progress = closeTime;
  };

  return {
    push(key, _window, value, _old, timestamp) {
      if (key === null || value === null) return;
      observed = Math.max(observed, store.maxTimestamp, timestamp);
      const closeTime = observed - spec.graceMs - gapMs;
      // Before the row moves the store's time on, so that sessions are final before they expire.
      if (emitFinal) emitClosed(closeTime);
      const merged = store.find(key, timestamp - gapMs, timestamp + gapMs);
      const window = merged.reduce<TimeWindow>(span, { start: timestamp, end: timestamp });
      if (window.end >= closeTime) {
        const state = aggregation.add(mergeStates(aggregation, merged), value, evaluation);
        const same = merged.find((s) => sameWindow(s.window, window));
        if (!sameWindow(window, { start: timestamp, end: timestamp })) {
          for (const session of merged) {
            store.remove(session);
            forward(session, null, session.value);
          }
        }
        const session = { key, window, value: state, timestamp: window.end };
        store.put(session);
        forward(session, state, same?.value ?? null);
      }
    },
  };
}

function sessionId(session: Session): string {
  return `${session.window.end}/${JSON.stringify(session.key, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))}`;
}

function span(window: TimeWindow, session: Session): TimeWindow {
  return {
    start: Math.min(window.start, session.window.start),
    end: Math.max(window.end, session.window.end),
  };
}

function mergeStates(aggregation: Aggregation, sessions: readonly Session[]): Row {
  return sessions.reduce((state, session) => aggregation.merge(state, session.value), aggregation.init());
}
