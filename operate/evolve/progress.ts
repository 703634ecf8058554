import type { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import { liveObject } from '../../resources/query/ksqldb-client';
import type { KsqldbState } from '../../resources/query/ksqldb-client';
import type { DeclaredQuery } from '../../resources/query/query';
import { heldOffsets } from '../topic-sizes';
import type { HeldOffsets } from '../topic-sizes';

/** How far the query of an object is. */
export interface Progress {
  /** Name of the stream or table, or of the file of an INSERT INTO. */
  readonly object: string;
  /** Absent: not made yet. */
  readonly state?: string;
  /** Offsets that it has still to read, and all that there are. */
  readonly lag: number;
  readonly total: number;
  /** It runs, and what it has still to read is no more than what arrived a moment ago. */
  readonly isCaughtUp: boolean;
}

/** Offsets that a reader may be behind and still count as caught up: the markers of transactions, and a moment's traffic. */
const SLACK_PART = 0.01;
const SLACK_OFFSETS = 50;

/** An object with a query of its own, and the topics that this query reads. */
export interface MovingObject extends Pick<DeclaredQuery, 'name' | 'statements'> {
  readonly inputs: readonly string[];
}

/** Progress of objects by the consumer groups of their queries. */
export async function progressOf(
  kafka: KafkaAdmin,
  state: KsqldbState,
  objects: readonly MovingObject[],
  serviceId: string,
): Promise<Progress[]> {
  return Promise.all(objects.map((object) => progress(kafka, state, object, serviceId)));
}

async function progress(
  kafka: KafkaAdmin,
  all: KsqldbState,
  moving: MovingObject,
  serviceId: string,
): Promise<Progress> {
  const { name: object, inputs } = moving;
  const [query] = liveObject(all, moving)?.queries ?? [];
  if (!query) return { object, lag: 0, total: 0, isCaughtUp: false };
  const committed = await committedOffsets(kafka, `_confluent-ksql-${serviceId}query_${query.id}`);
  const held = await heldOffsets(kafka, [...inputs, ...committed.keys()]);
  const { lag, total } = lagOf(held, committed);
  const slack = Math.max(SLACK_OFFSETS, total * SLACK_PART);
  // So little may be all that there is: of that, something must have been read.
  const hasBegun = lag < total || total === 0;
  const isCaughtUp = query.state === 'RUNNING' && hasBegun && lag <= slack;
  return { object, state: query.state, lag, total, isCaughtUp };
}

type Committed = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

/** Where a group stands, by topic and partition: those of which it has read something. */
function committedOffsets(kafka: KafkaAdmin, group: string): Promise<Committed> {
  return kafka.run(`reading offsets of ${group}`, async ({ admin }) => {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [group] });
    const topics = (found?.topics ?? []).map(({ name, partitions }) => {
      const read = partitions.filter(({ committedOffset }) => committedOffset >= 0n);
      return [
        name,
        new Map(read.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset])),
      ] as const;
    });
    return new Map(topics);
  });
}

/** What is held and not read yet. A partition of which nothing was read is to be read from its start, if it holds anything. */
export function lagOf(held: HeldOffsets, committed: Committed): { lag: number; total: number } {
  let lag = 0n;
  let total = 0n;
  for (const [topic, partitions] of held) {
    partitions.forEach(({ first, end }, partition) => {
      const at = committed.get(topic)?.get(partition) ?? first;
      lag += end > at ? end - (at > first ? at : first) : 0n;
      total += end - first;
    });
  }
  return { lag: Number(lag), total: Number(total) };
}
