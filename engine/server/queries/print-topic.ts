import type { PrintTopic } from '../../ast/statements';
import type { TopicRecord } from '../../runtime/contracts';
import type { Subscription } from '../broker/broker';
import { partitionKey } from '../broker/broker';
import { ERROR_CODES, WireError } from '../http/wire-error';
import type { KsqlEngine } from '../statements/ksql-engine';

const MAX_WAITING_LINES = 10_000;

/** PRINT: a topic's records as lines of text, until the client goes or LIMIT is reached. */
export async function* printTopic(
  engine: KsqlEngine,
  statement: PrintTopic,
  text: string,
  closed: { value: boolean; wake?: () => void },
): AsyncIterable<string> {
  const { broker } = engine.deps;
  const topic = await broker.topic(statement.topic);
  if (!topic)
    throw new WireError(
      ERROR_CODES.badStatement,
      `Could not find topic '${statement.topic}', or the KSQL user does not have permissions to list the topic. Topic names are case-sensitive.`,
      text,
    );
  const places = Array.from({ length: topic.partitions }, (_, partition) => ({
    topic: topic.name,
    partition,
  }));
  const starts = await broker.offsets(places, statement.fromBeginning ? 'EARLIEST' : 'LATEST');
  const waiting: TopicRecord[] = [];
  let failure: Error | undefined;
  const subscriptions: Subscription[] = places.map((place) =>
    broker.subscribe(
      { ...place, offset: starts.get(partitionKey(place.topic, place.partition)) ?? 0 },
      {
        wantsMore: () => waiting.length < MAX_WAITING_LINES,
        onRecords: (records) => {
          waiting.push(...records);
          if (records.length > 0) closed.wake?.();
        },
        onFailure: (error) => {
          failure = error;
          closed.wake?.();
        },
      },
    ),
  );
  try {
    yield* lines(statement, waiting, closed, () => failure, subscriptions);
  } finally {
    for (const subscription of subscriptions) subscription.close();
  }
}

async function* lines(
  { interval = 1, limit = Infinity }: PrintTopic,
  waiting: TopicRecord[],
  closed: { value: boolean; wake?: () => void },
  failure: () => Error | undefined,
  subscriptions: readonly Subscription[],
): AsyncIterable<string> {
  yield 'Key format: KAFKA_STRING or bytes\nValue format: JSON, KAFKA_STRING or bytes\n';
  let seen = 0;
  for (let printed = 0; printed < limit && !closed.value;) {
    const record = waiting.shift();
    if (!record) {
      const error = failure();
      if (error) throw error;
      for (const subscription of subscriptions) subscription.resume();
      await new Promise<void>((resolve) => (closed.wake = resolve));
      continue;
    }
    if (seen++ % interval !== 0) continue;
    printed++;
    yield `rowtime: ${rowtime(record.timestamp)}, key: ${shown(record.key)}, value: ${shown(record.value)}, partition: ${record.partition}\n`;
  }
}

/** `2026/01/08 21:49:05.298 Z`, as stock prints record times. */
function rowtime(ms: number): string {
  return new Date(ms).toISOString().replace(/-/g, '/').replace('T', ' ').replace('Z', ' Z');
}

/** Text as it is, other bytes in hexadecimal. */
function shown(bytes: Buffer | null): string {
  if (bytes === null) return '<null>';
  const text = bytes.toString('utf8');
  const isText =
    !text.includes('\uFFFD') &&
    [...text].every((character) => character >= ' ' || character === '\n' || character === '\t');
  return isText ? text : `0x${bytes.toString('hex')}`;
}
