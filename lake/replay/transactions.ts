import { createHash } from 'node:crypto';
import { KafkaJSDeleteGroupsError } from 'kafkajs';
import type { Admin, Kafka, Message, Producer } from 'kafkajs';
import { AnsweredPartitions } from '../../resources/kafka/answered-partitions';
import { parseProgress, progressText } from './position';
import type { Progress } from './position';

/** A message with the topic and partition that it goes to. */
export interface Outgoing {
  readonly topic: string;
  readonly message: Message;
}

/** The name under which a replay keeps its progress: the same command finds it again. */
export function replayName(parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `naap-replay-${digest.slice(0, 16)}`;
}

/** A broker refuses a batch above its limit as it does a record, so a request stays well below it. */
const REQUEST_BYTES = 500_000;
/** Beside key and value: lengths, times, headers. */
const OVERHEAD_BYTES = 64;

/** A busy broker is still writing the marks of one transaction when the next one begins: that passes, after many seconds if need be. */
const PATIENCE = { retries: 40, initialRetryTime: 50, maxRetryTime: 1_500 };

/**
 * Writes batches of records, each together with how far the replay has come in one transaction: whatever ends it, both are there or neither.
 * The progress is the metadata of a consumer group's offset, which outlives topic and process. A second run under the same name
 * ends the first.
 */
export class TransactionalWriter {
  private readonly producer: Producer;
  private readonly answered = new AnsweredPartitions();

  constructor(
    kafka: Kafka,
    private readonly name: string,
    /** Carries the progress; its partition 0 is never read by this group. */
    private readonly progressTopic: string,
  ) {
    this.producer = kafka.producer({
      transactionalId: name,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: this.answered.createPartitioner,
      retry: PATIENCE,
    });
  }

  /** Ends what a run that died has left open. */
  connect(): Promise<void> {
    return this.producer.connect();
  }

  disconnect(): Promise<void> {
    return this.producer.disconnect();
  }

  async write(batch: readonly Outgoing[], progress: Progress): Promise<void> {
    const transaction = await this.producer.transaction();
    try {
      for (const request of requestsOf(batch))
        this.answered.check(await transaction.sendBatch({ topicMessages: byTopic(request) }));
      const partition = { partition: 0, offset: String(progress.sent), metadata: progressText(progress) };
      const topics = [{ topic: this.progressTopic, partitions: [partition] }];
      await transaction.sendOffsets({ consumerGroupId: this.name, topics });
      await transaction.commit();
    } catch (error) {
      await transaction.abort().catch(() => undefined);
      throw error;
    }
  }
}

/** What the last run under this name has committed. */
export async function readProgress(
  admin: Admin,
  name: string,
  progressTopic: string,
): Promise<Progress | undefined> {
  const [state] = await admin.fetchOffsets({ groupId: name, topics: [progressTopic] });
  const first = state?.partitions.find(({ partition }) => partition === 0);
  return parseProgress(first?.metadata);
}

/** So that a replay begins anew. */
export async function forgetProgress(admin: Admin, name: string): Promise<void> {
  try {
    await admin.deleteGroups([name]);
  } catch (error) {
    if (!(error instanceof KafkaJSDeleteGroupsError) || !error.groups.every(isUnknownGroup)) throw error;
  }
}

function isUnknownGroup({ error }: { readonly error?: unknown }): boolean {
  return (error as { readonly type?: string } | undefined)?.type === 'GROUP_ID_NOT_FOUND';
}

function* requestsOf(batch: readonly Outgoing[]): Generator<Outgoing[]> {
  let request: Outgoing[] = [];
  let bytes = 0;
  for (const outgoing of batch) {
    const size = sizeOf(outgoing);
    if (request.length > 0 && bytes + size > REQUEST_BYTES) {
      yield request;
      request = [];
      bytes = 0;
    }
    request.push(outgoing);
    bytes += size;
  }
  if (request.length > 0) yield request;
}

export function sizeOf({ message: { key, value } }: Outgoing): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + OVERHEAD_BYTES;
}

function byTopic(batch: readonly Outgoing[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, message } of batch) {
    const messages = topics.get(topic);
    if (messages) messages.push(message);
    else topics.set(topic, [message]);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
