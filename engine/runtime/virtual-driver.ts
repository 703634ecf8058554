import { MissingSchemaError } from '../formats/contracts';
import type { OutputRecord, ProcessingLogger, Task, TopicRecord } from './contracts';
import type { Topology } from './topology';

interface RunningTask {
  readonly task: Task;
  readonly topics: ReadonlySet<string>;
}

/**
 * Runs topologies without a broker: topics of one partition in memory, time only as records carry it. Each record is processed
 * with all that follows from it before the next one, as Kafka Streams' TopologyTestDriver does.
 */
export class VirtualDriver {
  private readonly topics = new Map<string, TopicRecord[]>();
  private readonly pending: TopicRecord[] = [];
  private readonly tasks = new Map<string, readonly RunningTask[]>();
  /** Tasks by the topic that they read; found anew when a query comes or goes. */
  private readonly readers = new Map<string, readonly Task[]>();

  constructor(
    private readonly logger: ProcessingLogger,
    private readonly clock: () => number = () => 0,
  ) {}

  /** Starts a query; it sees records that are sent from now on. */
  async start(topology: Topology, caching = false): Promise<void> {
    await topology.prepare();
    const deps = {
      emit: (record: OutputRecord) => this.append(record),
      logger: this.logger,
      clock: this.clock,
      caching,
    };
    const running = topology.subTopologies.map(({ id, sourceTopics }) => ({
      task: topology.createTask(id, 0, deps),
      topics: new Set(sourceTopics),
    }));
    this.tasks.set(topology.queryId, running);
    this.readers.clear();
  }

  stop(queryId: string): void {
    this.tasks.delete(queryId);
    this.readers.clear();
  }

  /** The tasks of a query, one a sub-topology. */
  tasksOf(queryId: string): readonly Task[] {
    return (this.tasks.get(queryId) ?? []).map(({ task }) => task);
  }

  /** Appends a record and runs all that follows from it. Gives the record as it lies in its topic. */
  async send(record: OutputRecord): Promise<TopicRecord> {
    const appended = this.append(record);
    await this.drain();
    return appended;
  }

  /** Lets tasks that cache pass on what they hold; says whether they held anything, for what follows may be cached again. */
  async flush(): Promise<boolean> {
    for (const running of this.tasks.values()) for (const { task } of running) task.flush?.();
    const held = this.pending.length > 0;
    await this.drain();
    return held;
  }

  records(topic: string): readonly TopicRecord[] {
    return this.topics.get(topic) ?? [];
  }

  private append(record: OutputRecord): TopicRecord {
    const { topic, timestamp, key, value, headers = [] } = record;
    const log = this.topics.get(topic) ?? [];
    this.topics.set(topic, log);
    const appended: TopicRecord = { topic, partition: 0, offset: log.length, timestamp, key, value, headers };
    log.push(appended);
    this.pending.push(appended);
    return appended;
  }

  private async drain(): Promise<void> {
    let taken = 0;
    try {
      while (taken < this.pending.length) await this.relay(this.pending[taken++]!);
    } finally {
      this.pending.splice(0, taken);
    }
  }

  private async relay(record: TopicRecord): Promise<void> {
    for (const task of this.readersOf(record.topic)) {
      const missing = tryProcess(task, record);
      if (missing) await processWithSchemas(task, record, missing);
    }
  }

  private readersOf(topic: string): readonly Task[] {
    const known = this.readers.get(topic);
    if (known) return known;
    const all = [...this.tasks.values()].flat();
    const readers = all.filter(({ topics }) => topics.has(topic)).map(({ task }) => task);
    this.readers.set(topic, readers);
    return readers;
  }
}

/** Gives the schema that must be loaded before the record can be processed. */
function tryProcess(task: Task, record: TopicRecord): MissingSchemaError | undefined {
  try {
    task.process(record);
    return undefined;
  } catch (error) {
    if (error instanceof MissingSchemaError) return error;
    throw error;
  }
}

/** Loads the schemas that a record names, then processes it. */
async function processWithSchemas(task: Task, record: TopicRecord, first: MissingSchemaError): Promise<void> {
  for (let missing: MissingSchemaError | undefined = first; missing; missing = tryProcess(task, record))
    await missing.load();
}
