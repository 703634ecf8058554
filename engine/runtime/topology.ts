import type { Column } from '../catalog/catalog';
import type { TypeResolver } from '../expressions';
import type { SerdeFactory } from '../formats/contracts';
import type { FunctionRegistry } from '../functions';
import type { Formats } from '../planner/plan';
import type { OutputRecord, ProcessingLogger, ReadOnlyStore, Row, Task, TimeWindow } from './contracts';

/** Kinds of stores: how entries are addressed and how long they are kept. */
export type StoreKind = 'KEY_VALUE' | 'WINDOW' | 'SESSION';

/** One store of a sub-topology; each of its tasks holds one partition of it. */
export interface StoreSpec {
  /** E.g. `Aggregate-Aggregate-Materialize`. */
  readonly name: string;
  /** Full topic name, `_confluent-ksql-<serviceId>query_<queryId>-<name>-changelog`. Same partition number as the task. */
  readonly changelogTopic: string;
  readonly kind: StoreKind;
  /** `cleanup.policy` of the changelog topic. */
  readonly cleanupPolicy: 'compact' | 'compact,delete' | 'delete';
  /** `retention.ms` of the changelog topic; for policies with `delete`. The window store's own retention plus one day, as Kafka Streams has it. */
  readonly changelogRetentionMs?: number;
  /** How long entries of a windowed store are kept behind stream time. */
  readonly retentionMs?: number;
  /** TUMBLING and HOPPING windows. */
  readonly windowSizeMs?: number;
  /** Columns of the entries that a {@link ReadOnlyStore} over it gives. */
  readonly keyColumns: readonly Column[];
  readonly valueColumns: readonly Column[];
  /** Formats that stock ksqlDB's changelog has; ours holds a lossless binary form of its own. */
  readonly formats?: Formats;
}

/** An internal topic between two sub-topologies of one query; its records are deleted once both sides have committed. */
export interface RepartitionTopic {
  /** Full name, `_confluent-ksql-<serviceId>query_<queryId>-<context>-repartition`. */
  readonly name: string;
  /** Number of the sub-topology that writes it, and of the one that reads it. */
  readonly from: number;
  readonly to: number;
  readonly formats?: Formats;
}

/** The part of a query between topics: what one {@link Task} per partition runs. */
export interface SubTopology {
  readonly id: number;
  /** Topics of users that it reads, and repartition topics. */
  readonly sourceTopics: readonly string[];
  readonly repartitionSources: readonly string[];
  /**
   * Topics that must have the same number of partitions (inputs of one join). Topics in no group are alone.
   * The number of tasks is the largest number of partitions among all sources.
   */
  readonly copartitionGroups: readonly (readonly string[])[];
  readonly stores: readonly StoreSpec[];
}

/** The topics that a sub-topology reads and other queries or users write: all but its repartition topics. */
export function externalTopics({ sourceTopics, repartitionSources }: SubTopology): readonly string[] {
  return sourceTopics.filter((topic) => !repartitionSources.includes(topic));
}

/** Where to read a table query's current result: rows of the sink's schema, through projection and HAVING. */
export interface Materialization {
  readonly subTopology: number;
  readonly windowed: boolean;
  readonly keyColumns: readonly Column[];
  readonly valueColumns: readonly Column[];
  /** Partitions of the materialisation: those of the sub-topology's tasks. */
  read(task: Task): ReadOnlyStore;
}

export interface TaskDeps {
  /** Sink, repartition and changelog records. `partition` is set on changelog records only. */
  readonly emit: (record: OutputRecord) => void;
  readonly logger: ProcessingLogger;
  /** Milliseconds since the epoch; for wall-clock throttling, never for data. */
  readonly clock: () => number;
  /**
   * `true`: table stores hold changes back until {@link Task.flush} (as `cache.max.bytes.buffering` > 0 does);
   * `false`: every change is emitted at once, and each changelog record at once.
   */
  readonly caching: boolean;
  /** Records of repartition topics come back to this process: they may hold rows in place of bytes, where bytes would lose nothing. */
  readonly passesRows?: boolean;
  /** Results of a push query, where there is no sink; `value` null: the row is gone. */
  answer?(result: QueryResult): void;
}
export interface QueryResult {
  readonly key: Row | null;
  readonly window: TimeWindow | null;
  readonly value: Row | null;
  readonly timestamp: number;
}

/** A query's operators, compiled once; tasks are made from it. Made by `buildTopology` in `topology-builder.ts`. */
export interface Topology {
  readonly queryId: string;
  readonly subTopologies: readonly SubTopology[];
  readonly repartitionTopics: readonly RepartitionTopic[];
  readonly sinkTopic: string;
  /** Absent for streams, and for tables whose result no store holds. */
  readonly materialization?: Materialization;
  /** Registers the schemas that the query writes with (internal topics included). Await it before the first task. */
  prepare(): Promise<void>;
  createTask(subTopology: number, partition: number, deps: TaskDeps): Task;
}

export interface TopologyDeps {
  /** `ksql.service.id`, e.g. `default_`. */
  readonly serviceId: string;
  readonly serdes: SerdeFactory;
  readonly functions: FunctionRegistry;
  /** Custom types, for CASTs to them. */
  readonly types?: TypeResolver;
}

/**
 * Partitions of the repartition topics: as many as the largest source of the sub-topology that writes each one has, and for inputs of a
 * join as many as the other side's. `partitionsOf` gives those of existing topics.
 */
export function repartitionTopicPartitions(
  topology: Topology,
  partitionsOf: (topic: string) => number,
): Map<string, number> {
  const counts = new Map<string, number>();
  const known = (topic: string): number | undefined =>
    topology.repartitionTopics.some((t) => t.name === topic) ? counts.get(topic) : partitionsOf(topic);
  for (let pass = 0; pass <= topology.repartitionTopics.length; pass++) {
    for (const topic of topology.repartitionTopics) {
      const counted = countFor(topology, topic, known);
      if (counted !== undefined) counts.set(topic.name, counted);
    }
  }
  return counts;
}

function countFor(
  topology: Topology,
  topic: RepartitionTopic,
  known: (topic: string) => number | undefined,
): number | undefined {
  const group = topology.subTopologies[topic.to]?.copartitionGroups.find((g) => g.includes(topic.name)) ?? [];
  const internal = new Set(topology.repartitionTopics.map((t) => t.name));
  const fixed = group.filter((name) => !internal.has(name)).map((name) => known(name)!);
  if (fixed.length > 0) return Math.max(...fixed);
  const peers = group.length > 0 ? topology.repartitionTopics.filter((t) => group.includes(t.name)) : [topic];
  const sources = peers.flatMap((t) => topology.subTopologies[t.from]?.sourceTopics ?? []);
  const counts = sources.map(known).filter((n): n is number => n !== undefined);
  return counts.length > 0 ? Math.max(...counts) : undefined;
}
