import type { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import type { KsqldbState } from '../../resources/query/ksqldb-client';

/** How far the query of an object is. */
export interface Progress {
  /** Name of the stream or table. */
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

/** Progress of objects by the consumer groups of their queries. */
export async function progressOf(
  kafka: KafkaAdmin,
  state: KsqldbState,
  objects: readonly string[],
  serviceId: string,
): Promise<Progress[]> {
  return Promise.all(objects.map((object) => progress(kafka, state, object, serviceId)));
}

async function progress(
  kafka: KafkaAdmin,
  { queries }: KsqldbState,
  object: string,
  serviceId: string,
): Promise<Progress> {
  const query = queries.find(({ sinks, text }) => sinks.includes(object) && !/^\s*INSERT\s/i.test(text));
  if (!query) return { object, lag: 0, total: 0, isCaughtUp: false };
  const { lag, total } = await lagOf(kafka, `_confluent-ksql-${serviceId}query_${query.id}`);
  const slack = Math.max(SLACK_OFFSETS, total * SLACK_PART);
  return { object, state: query.state, lag, total, isCaughtUp: query.state === 'RUNNING' && lag <= slack };
}

const LATEST = -1n;

function lagOf(kafka: KafkaAdmin, group: string): Promise<{ lag: number; total: number }> {
  return kafka.run(`reading offsets of ${group}`, async ({ admin }) => {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [group] });
    const committed = found?.topics ?? [];
    if (committed.length === 0) return { lag: Number.MAX_SAFE_INTEGER, total: Number.MAX_SAFE_INTEGER };
    const topics = committed.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, timestamp: LATEST })),
    }));
    const ends = await admin.listOffsets({ topics });
    const endOf = new Map(
      ends.flatMap(({ name, partitions }) =>
        partitions.map((one) => [`${name}/${one.partitionIndex}`, one.offset]),
      ),
    );
    const pairs = committed.flatMap(({ name, partitions }) =>
      partitions.map(
        ({ partitionIndex, committedOffset }) =>
          [committedOffset, endOf.get(`${name}/${partitionIndex}`) ?? 0n] as const,
      ),
    );
    const sum = (values: bigint[]): number => Number(values.reduce((a, b) => a + b, 0n));
    return {
      lag: sum(pairs.map(([at, end]) => (at < 0n ? end : end > at ? end - at : 0n))),
      total: sum(pairs.map(([, end]) => end)),
    };
  });
}
