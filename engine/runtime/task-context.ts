import type { Header, Row, TimeWindow, TopicRecord } from './contracts';
import type { EvalContext } from '../expressions';
import type { ChangelogWriter, StateStore } from './stores/state-store';
import type { TaskDeps } from './topology';

/**
 * The next operator. Streams pass `old` null; tables pass the change: `value` null deletes, `old` is what it replaces
 * where the operator asked for it ({@link Pipe.sendsOld}). `window` stands for windowed keys.
 */
export interface Next {
  /** `old` is not looked at: whoever stands before need not work it out. */
  readonly ignoresOld?: boolean;
  push(
    key: Row | null,
    window: TimeWindow | null,
    value: Row | null,
    old: Row | null,
    timestamp: number,
  ): void;
}

/** Current content of a table on the way to the next operator. */
export interface TableView {
  get(key: Row): { readonly value: Row; readonly timestamp: number } | undefined;
}

export interface Flushable {
  flush(): void;
}

/** What the operators of one task share. */
export class TaskContext {
  /** Headers of the record in hand; results carry them. */
  headers: readonly Header[] = [];
  record: TopicRecord | undefined;
  streamTime = -1;
  readonly sources = new Map<string, ((record: TopicRecord) => void)[]>();
  readonly stores = new Map<string, StateStore>();
  /** Caches, those nearest to the sink first. */
  readonly caches: Flushable[] = [];
  readonly writeChangelog: ChangelogWriter;

  constructor(
    readonly queryId: string,
    readonly partition: number,
    readonly deps: TaskDeps,
  ) {
    this.writeChangelog = (topic, key, value, timestamp) =>
      deps.emit({ topic, partition, key, value, timestamp });
  }

  addSource(topic: string, handler: (record: TopicRecord) => void): void {
    const handlers = this.sources.get(topic);
    if (handlers === undefined) this.sources.set(topic, [handler]);
    else handlers.push(handler);
  }

  addStore<S extends StateStore>(store: S): S {
    this.stores.set(store.spec.name, store);
    return store;
  }

  /** What the expressions of a step may ask; failures are reported with the record in hand. */
  evaluation(stepContext: string): EvalContext {
    const { logger, clock } = this.deps;
    return {
      now: clock,
      random: Math.random,
      onError: (message, cause) =>
        logger.error({
          queryId: this.queryId,
          kind: 'RECORD_PROCESSING',
          context: stepContext,
          message,
          record: this.record,
          cause,
        }),
    };
  }
}
