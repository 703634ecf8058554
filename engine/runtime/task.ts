import { MissingSchemaError } from '../formats/contracts';
import type { ReadOnlyStore, Task, TopicRecord } from './contracts';
import type { Spillable } from './stores/spill';
import type { TaskContext } from './task-context';

/** What no operator could report and skip: the query stops. */
function processingError({ topic, partition, offset }: TopicRecord, cause: Error): Error {
  const place = `topic=${topic}, partition=${partition}, offset=${offset}`;
  return new Error(`Exception caught in process. ${place}: ${cause.message}`, { cause });
}

/** A task over operators that were attached to its context. */
export class TopologyTask implements Task {
  private readonly byChangelog;

  constructor(private readonly context: TaskContext) {
    this.byChangelog = new Map(
      [...context.stores.values()].map((store) => [store.spec.changelogTopic, store]),
    );
  }

  get partition(): number {
    return this.context.partition;
  }

  get streamTime(): number {
    return this.context.streamTime;
  }

  process(record: TopicRecord): void {
    const { context } = this;
    context.record = record;
    context.headers = record.headers;
    const handlers = context.sources.get(record.topic);
    if (handlers === undefined)
      throw new Error(`invariant violated: task does not read topic ${record.topic}`);
    try {
      for (const handle of handlers) handle(record);
    } catch (cause) {
      if (cause instanceof MissingSchemaError) throw cause;
      throw processingError(record, cause as Error);
    }
    if (!context.deps.caching) this.flushChangelogs();
  }

  restore(record: TopicRecord): void {
    const store = this.byChangelog.get(record.topic);
    if (store === undefined || record.key === null) return;
    store.restore(record.key, record.value, record.timestamp);
    if (record.timestamp > this.context.streamTime) this.context.streamTime = record.timestamp;
  }

  /** Caches nearest to the sources first: what they pass on lands in those behind them. */
  flush(): void {
    this.context.record = undefined;
    for (let i = this.context.caches.length - 1; i >= 0; i--) this.context.caches[i]!.flush();
    this.flushChangelogs();
  }

  spillable(): ReadonlyMap<string, Spillable> {
    const found = new Map<string, Spillable>();
    for (const { spec, spill } of this.context.stores.values())
      if (spill) found.set(spec.changelogTopic, spill);
    return found;
  }

  store(name: string): ReadOnlyStore | undefined {
    return this.context.stores.get(name)?.view;
  }

  private flushChangelogs(): void {
    for (const store of this.context.stores.values()) store.flushChangelog();
  }
}
