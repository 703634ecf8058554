import type { OutputRecord, ProcessingLogger, Task, TopicRecord } from '../../runtime/contracts';
import { externalTopics } from '../../runtime/topology';
import type { QueryResult, Topology } from '../../runtime/topology';
import type { GroupOffsets, TopicOffset } from '../broker/broker';
import { partitionKey } from '../broker/broker';
import { partitionOf } from '../kafka/murmur2';
import { InputQueue } from './input-queue';

/** What the driver runs: a topology and how it is to be run. */
export interface QuerySpec {
  readonly id: string;
  readonly topology: Topology;
  /** Consumer group that keeps the query's progress. */
  readonly group: string;
  readonly offsetReset: 'earliest' | 'latest';
  readonly caching: boolean;
  /** Called for every record that goes to the sink's topic. */
  readonly onSinkRecord?: () => void;
}

const STRETCH_RECORDS = 256;
const CLOCK_EVERY = 64;
/** Within a stretch the clock is looked at more often: a record that fans out into many may take milliseconds. */
const CLOCK_EVERY_IN_STRETCH = 4;
/** Records between two places where {@link RunningQuery.flush} may be left. */
const FLUSH_STEP_RECORDS = 16;

interface TaskRun {
  readonly task: Task;
  readonly external: InputQueue[];
  readonly internal: InputQueue[];
}

export interface QueryEnvironment {
  readonly logger: ProcessingLogger;
  readonly clock: () => number;
  /** Sink and changelog records go out through here. */
  readonly write: (record: OutputRecord) => void;
  readonly partitionsOf: (topic: string) => number;
  readonly repartitionPartitions: ReadonlyMap<string, number>;
  /** Takes the results of a push query. */
  readonly answer?: (result: QueryResult) => void;
}

/**
 * The tasks of one query and their inputs. Records of repartition topics go from task to task in this process, inside the same
 * transaction as what caused them: nothing is lost or doubled by that, and it saves a commit and a fetch each time.
 */
export class RunningQuery {
  private readonly runs = new Map<string, TaskRun>();
  private internalPending: { run: TaskRun; queue: InputQueue }[] = [];
  private readonly readsOneTopic: boolean;
  private readonly internalTopics: ReadonlyMap<string, number>;
  private readonly dirtyInputs = new Set<InputQueue>();
  private internalOffset = 0;
  private dirty = false;

  constructor(
    readonly spec: QuerySpec,
    private readonly environment: QueryEnvironment,
  ) {
    this.internalTopics = new Map(spec.topology.repartitionTopics.map(({ name, to }) => [name, to]));
    for (const { id } of spec.topology.subTopologies) {
      for (let partition = 0; partition < this.taskCount(id); partition++) this.createRun(id, partition);
    }
    this.readsOneTopic = new Set(this.inputQueues.map(({ place }) => place.topic)).size === 1;
  }

  get tasks(): readonly { readonly subTopology: number; readonly partition: number; readonly task: Task }[] {
    return [...this.runs].map(([key, { task }]) => {
      const [subTopology, partition] = key.split('/').map(Number) as [number, number];
      return { subTopology, partition, task };
    });
  }
  get inputQueues(): readonly InputQueue[] {
    return [...this.runs.values()].flatMap(({ external }) => external);
  }
  /** Records are there to be processed. */
  get hasWaiting(): boolean {
    for (const { external } of this.runs.values())
      for (const queue of external) if (queue.size > 0) return true;
    return false;
  }
  get isDirty(): boolean {
    return this.dirty || this.dirtyInputs.size > 0;
  }

  /** Sets where each input starts; to be called once before the first record. `isNew`: that place is not committed yet. */
  seek(offsets: ReadonlyMap<string, number>, isNew: (key: string) => boolean = () => false): void {
    for (const run of this.runs.values()) {
      run.external.forEach((queue, i) => {
        const key = partitionKey(queue.place.topic, queue.place.partition);
        const placed = new InputQueue(queue.place, offsets.get(key) ?? 0);
        run.external[i] = placed;
        if (isNew(key)) this.dirtyInputs.add(placed);
      });
    }
  }

  /** Processes waiting records in order of their time until none is ready or `deadline` (ms) passes; gives how many. */
  process(deadline: number, now: () => number): number {
    this.drainInternal();
    // Records of one topic need no order between its partitions: a stretch of one is taken without looking at the others.
    const stretch = this.readsOneTopic ? STRETCH_RECORDS : 1;
    let processed = 0;
    for (let rounds = 1; ; rounds++) {
      const next = this.choose();
      if (!next) return processed;
      processed += this.processStretch(next.run, next.queue, stretch, () => now() >= deadline);
      if ((stretch > 1 || rounds % CLOCK_EVERY === 0) && now() >= deadline) return processed;
    }
  }

  private processStretch(run: TaskRun, queue: InputQueue, limit: number, isOver: () => boolean): number {
    for (let done = 1; done <= limit; done++) {
      this.processOne(run, queue, queue.peek()!);
      if (queue.size === 0 || (done % CLOCK_EVERY_IN_STRETCH === 0 && isOver())) return done;
    }
    return limit;
  }

  /** Has caches emit what they hold, through all sub-topologies. Each step is short; no record may be processed between two. */
  *flush(): Generator<void> {
    if (!this.dirty) return;
    this.dirty = false;
    for (let pass = 0; pass <= this.spec.topology.subTopologies.length; pass++) {
      for (const { task } of this.runs.values()) {
        task.flush?.();
        yield;
      }
      if (this.internalPending.length === 0) return;
      yield* this.internalSteps(FLUSH_STEP_RECORDS);
      this.dirty = false;
    }
  }

  punctuate(nowMs: number): void {
    for (const { task } of this.runs.values()) {
      if (!task.punctuate) continue;
      task.punctuate(nowMs);
      this.dirty = true;
    }
    this.drainInternal();
  }

  /** The inputs' positions that moved since this was last asked. */
  takeProgress(): GroupOffsets | undefined {
    if (this.dirtyInputs.size === 0) return undefined;
    const offsets = new Map<string, TopicOffset>();
    const touched = new Set(
      [...this.dirtyInputs].map(({ place }) => partitionKey(place.topic, place.partition)),
    );
    // A topic that two sub-topologies read is done up to where the slower one is.
    for (const { place, position } of this.inputQueues) {
      const key = partitionKey(place.topic, place.partition);
      if (touched.has(key))
        offsets.set(key, { ...place, offset: Math.min(position, offsets.get(key)?.offset ?? Infinity) });
    }
    this.dirtyInputs.clear();
    return { group: this.spec.group, offsets: [...offsets.values()] };
  }

  /** An input went on without a record: that place is to be committed too. */
  moved(queue: InputQueue): void {
    this.dirtyInputs.add(queue);
  }

  private taskCount(subTopology: number): number {
    const sub = this.spec.topology.subTopologies[subTopology]!;
    const counts = [
      ...externalTopics(sub).map((topic) => this.environment.partitionsOf(topic)),
      ...sub.repartitionSources.map((topic) => this.environment.repartitionPartitions.get(topic) ?? 1),
    ];
    return Math.max(1, ...counts);
  }

  private createRun(subTopology: number, partition: number): void {
    const sub = this.spec.topology.subTopologies[subTopology]!;
    const { logger, clock, answer } = this.environment;
    const emit = (record: OutputRecord) => this.emit(record);
    const task = this.spec.topology.createTask(subTopology, partition, {
      emit,
      logger,
      clock,
      caching: this.spec.caching,
      passesRows: true,
      answer,
    });
    const queueOf = (topic: string) => new InputQueue({ topic, partition }, 0);
    const external = externalTopics(sub)
      .filter((topic) => partition < this.environment.partitionsOf(topic))
      .map(queueOf);
    const internal = sub.repartitionSources.map(queueOf);
    this.runs.set(`${subTopology}/${partition}`, { task, external, internal });
  }

  /**
   * The waiting record with the lowest time, unless an input of its task may still have an older one: that is, has nothing
   * waiting but was not read to its end.
   */
  private choose(): { run: TaskRun; queue: InputQueue } | undefined {
    let best: { run: TaskRun; queue: InputQueue } | undefined;
    let bestTime = Infinity;
    for (const run of this.runs.values()) {
      if (run.external.length > 1 && run.external.some((queue) => queue.size === 0 && !queue.isCaughtUp))
        continue;
      for (const queue of run.external) {
        const time = queue.peek()?.timestamp;
        if (time === undefined || time >= bestTime) continue;
        best = { run, queue };
        bestTime = time;
      }
    }
    return best;
  }

  private processOne(run: TaskRun, queue: InputQueue, record: TopicRecord): void {
    run.task.process(record);
    queue.advance();
    this.dirtyInputs.add(queue);
    this.dirty = true;
    this.drainInternal();
  }

  private emit(record: OutputRecord): void {
    const to = this.internalTopics.get(record.topic);
    if (to === undefined) {
      if (record.topic === this.spec.topology.sinkTopic) this.spec.onSinkRecord?.();
      return this.environment.write(record);
    }
    const partitions = this.environment.repartitionPartitions.get(record.topic) ?? 1;
    const partition =
      record.partition ??
      (record.key === null ? this.internalOffset % partitions : partitionOf(record.key, partitions));
    const run = this.runs.get(`${to}/${partition}`)!;
    const queue = run.internal.find(({ place }) => place.topic === record.topic)!;
    queue.pushOne({ ...record, partition, offset: this.internalOffset++, headers: record.headers ?? [] });
    this.internalPending.push({ run, queue });
  }

  private drainInternal(): void {
    if (this.internalPending.length === 0) return;
    const steps = this.internalSteps(Infinity);
    while (!steps.next().done);
  }

  /** In the order in which they were emitted; what they cause comes after them. */
  private *internalSteps(recordsPerStep: number): Generator<void> {
    let done = 0;
    try {
      while (done < this.internalPending.length) {
        const { run, queue } = this.internalPending[done]!;
        run.task.process(queue.peek()!);
        queue.advance();
        this.dirty = true;
        done++;
        if (done % recordsPerStep === 0) yield;
      }
    } finally {
      // After a record whose schema is still to be loaded, it and those behind it stay.
      this.internalPending = done === this.internalPending.length ? [] : this.internalPending.slice(done);
    }
  }
}
