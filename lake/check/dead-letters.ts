import type { TopicRecord } from '../../resources/kafka/read-topics';

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

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}
