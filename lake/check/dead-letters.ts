import type { Kafka } from 'kafkajs';
import { readTopics } from '../../resources/kafka/read-topics';
import type { OffsetRange, TopicRecord } from '../../resources/kafka/read-topics';
import { heldTopics } from './held-topics';

/** Where a dead letter came from, as Connect's headers say it; undefined without them. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

const PREFIX = '__connect.errors.';

/** https://kafka.apache.org/documentation/#connect_errorreporting: the headers of `errors.deadletterqueue.context.headers.enable`. */
export function originOf({ headers }: Pick<TopicRecord, 'headers'>): Origin | undefined {
  const text = (name: string): string | undefined => {
    const value = headers[`${PREFIX}${name}`];
    const one = Array.isArray(value) ? value[0] : value;
    return one === undefined ? undefined : one.toString();
  };
  const topic = text('topic');
  const partition = text('partition');
  const offset = text('offset');
  if (topic === undefined || !isNumber(partition) || !isNumber(offset)) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset) };
}

/** One word for an origin. */
export function originKey({ topic, partition, offset }: Origin): string {
  return `${topic}/${partition}/${offset}`;
}

/** Origins of the dead letters of a topic, as {@link originKey} has them; `part` says which of a partition's are read. None where it is not there. */
export async function deadLetterOrigins(
  kafka: Kafka,
  topic: string,
  part: (held: OffsetRange) => OffsetRange = (held) => held,
): Promise<Set<string>> {
  const origins = new Set<string>();
  for (const [name, partitions] of await heldTopics(kafka, [topic])) {
    const ranges = new Map([...partitions].map(([partition, held]) => [partition, part(held)]));
    await readTopics(kafka, new Map([[name, ranges]]), (record) => {
      const origin = originOf(record);
      if (origin) origins.add(originKey(origin));
    });
  }
  return origins;
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}
