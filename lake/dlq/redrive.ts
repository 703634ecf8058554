import type { Kafka, ProducerRecord } from 'kafkajs';
import { AnsweredPartitions } from '../../resources/kafka/answered-partitions';
import { TELEMETRY_TOPIC } from '../../stacks/names';
import { REDRIVEN_FROM_HEADER, REDRIVEN_HEADER } from './marker';
import type { DeadLetter } from './parse';

export interface RedriveOptions {
  /** Topic to send to; the one that each came from when absent. */
  readonly to?: string;
  /** After each transaction: how many are done. */
  readonly onProgress?: (done: number) => void;
}

/** A dead letter that cannot be sent back, with the reason. */
export interface Refused {
  readonly letter: DeadLetter;
  readonly reason: string;
}

export interface RedrivePlan<T extends DeadLetter> {
  readonly send: readonly T[];
  readonly refused: readonly Refused[];
}

const BATCH = 500;

/** What `redrive` would do, without doing it. */
export function planRedrive<T extends DeadLetter>(
  letters: readonly T[],
  { to }: Pick<RedriveOptions, 'to'>,
): RedrivePlan<T> {
  const refused = letters.flatMap((letter) => {
    const reason = refusal(letter, to);
    return reason === undefined ? [] : [{ letter, reason }];
  });
  const isRefused = new Set<DeadLetter>(refused.map(({ letter }) => letter));
  return { send: letters.filter((letter) => !isRefused.has(letter)), refused };
}

/**
 * Sends records, byte for byte, back to where they came from. Each goes together with a note in its dead-letter topic in one transaction: an
 * interrupted run is simply repeated.
 * @throws when the broker refuses; what was committed before stays done and is noted
 */
export async function redrive(
  kafka: Kafka,
  letters: readonly DeadLetter[],
  { to, onProgress }: RedriveOptions = {},
): Promise<void> {
  const answered = new AnsweredPartitions();
  const producer = kafka.producer({
    // One redrive at a time: a second one fences the first.
    transactionalId: 'naap-redrive',
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: answered.createPartitioner,
    // The marks of one transaction may still be written when the next one begins.
    retry: { retries: 40, initialRetryTime: 50, maxRetryTime: 1_500 },
  });
  await producer.connect();
  try {
    for (let start = 0; start < letters.length; start += BATCH) {
      const batch = letters.slice(start, start + BATCH);
      const transaction = await producer.transaction();
      try {
        const topicMessages = batch.flatMap((letter) => messagesOf(letter, to));
        answered.check(await transaction.sendBatch({ topicMessages }));
        await transaction.commit();
      } catch (error) {
        await transaction.abort();
        throw error;
      }
      onProgress?.(start + batch.length);
    }
  } finally {
    await producer.disconnect();
  }
}

function messagesOf(letter: DeadLetter, to: string | undefined): ProducerRecord[] {
  const { topic, partition, offset, key, value } = letter;
  const place = `${partition}/${offset}`;
  return [
    {
      topic: to ?? letter.origin!.topic,
      messages: [{ key, value, headers: { [REDRIVEN_FROM_HEADER]: `${topic}/${place}` } }],
    },
    { topic, messages: [{ key: null, value: null, headers: { [REDRIVEN_HEADER]: place } }] },
  ];
}

function refusal({ by, origin, value }: DeadLetter, to: string | undefined): string | undefined {
  if (value === null) return 'it holds no value';
  if (to !== undefined) return undefined;
  if (origin === undefined) return 'it does not say which topic it came from: name one with --to';
  // Of a typed record ksqlDB sees columns, not bytes.
  if (by === 'ksqldb' && origin.topic !== TELEMETRY_TOPIC.gateway)
    return `it shows the record as JSON, but ${origin.topic} holds Avro: have its source send it anew`;
  return undefined;
}
