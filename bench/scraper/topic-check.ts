import type { Admin, Kafka } from 'kafkajs';
import { Type } from 'avsc';

/** What lies in the topic, seen against what the nodes answered. */
export interface TopicCheck {
  readonly records: number;
  readonly unique: number;
  /** Share of the records that repeat an event. */
  readonly repeatedShare: number;
  /** Targets whose events, repeated ones left out, are not in the order of the polls. */
  readonly outOfOrder: readonly string[];
  /** Answers that no event tells of, neither as a payload nor as a failure, by target; the very last is left out. */
  readonly missing: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  /** Milliseconds from when polls were due to when they began. */
  readonly scheduleDelays: readonly number[];
}

interface Event {
  readonly event_id: string;
  readonly target_id: string;
  readonly orchestrator_id: string;
  readonly outcome: string;
  readonly error_kind: string | null;
  readonly schedule_delay_ms: number | null;
  readonly parsed_fields: Readonly<Record<string, string>>;
}

/** Reads the topic from its start to where it ends now, and accounts for every answer. */
export async function checkTopic(
  client: Kafka,
  topic: string,
  schema: string,
  answered: Readonly<Record<string, number>>,
): Promise<TopicCheck> {
  const type = Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0], {
    wrapUnions: false,
  });
  const tally = new Tally();
  await readAll(client, topic, (value) => tally.add(type.fromBuffer(value.subarray(5)) as Event));
  return tally.result(answered);
}

class Tally {
  private readonly seen = new Set<string>();
  private readonly numbers = new Map<string, number[]>();
  private readonly lastId = new Map<string, string>();
  private readonly failed = new Map<string, number>();
  private readonly outOfOrder = new Set<string>();
  private readonly failures: Record<string, number> = {};
  private readonly scheduleDelays: number[] = [];
  private records = 0;

  add(event: Event): void {
    this.records += 1;
    if (this.seen.has(event.event_id)) return;
    this.seen.add(event.event_id);
    // UUIDv7: ordered by time, and by count within a millisecond.
    const last = this.lastId.get(event.target_id);
    if (last !== undefined && event.event_id < last) this.outOfOrder.add(event.target_id);
    this.lastId.set(event.target_id, event.event_id);
    if (event.schedule_delay_ms !== null) this.scheduleDelays.push(event.schedule_delay_ms);
    if (event.outcome === 'failure') this.failure(event);
    else this.number(event);
  }

  private failure({ error_kind, orchestrator_id }: Event): void {
    this.failures[error_kind!] = (this.failures[error_kind!] ?? 0) + 1;
    this.failed.set(orchestrator_id, (this.failed.get(orchestrator_id) ?? 0) + 1);
  }

  private number({ orchestrator_id, parsed_fields, target_id }: Event): void {
    const numbers = this.numbers.get(orchestrator_id) ?? [];
    this.numbers.set(orchestrator_id, numbers);
    const n = Number(parsed_fields.n);
    if (n <= (numbers.at(-1) ?? 0)) this.outOfOrder.add(target_id);
    numbers.push(n);
  }

  result(answered: Readonly<Record<string, number>>): TopicCheck {
    const missing: Record<string, number> = {};
    for (const [target, last] of Object.entries(answered)) {
      const numbers = new Set(this.numbers.get(target));
      // The last poll may have been given up by the stop, after the node had answered.
      const lost = Array.from({ length: last - 1 }, (_, i) => i + 1).filter((n) => !numbers.has(n)).length;
      // A node may have answered what was given up as too slow: that poll's event is the failure.
      const untold = lost - (this.failed.get(target) ?? 0);
      if (untold > 0) missing[target] = untold;
    }
    const { records, outOfOrder, failures, scheduleDelays } = this;
    const unique = this.seen.size;
    return { records, unique, repeatedShare: 1 - unique / Math.max(1, records), outOfOrder: [...outOfOrder], missing, failures, scheduleDelays }; // prettier-ignore
  }
}

async function readAll(client: Kafka, topic: string, take: (value: Buffer) => void): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  const ends = await endOffsets(admin, topic);
  await admin.disconnect();
  const left = new Set([...ends].filter(([, end]) => end > 0).map(([partition]) => partition));
  if (left.size === 0) return;
  const consumer = client.consumer({ groupId: `check-${Date.now()}`, maxBytes: 20_971_520 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      // A broker that has just started loads its groups first: kafkajs then begins anew by itself.
      consumer.on('consumer.crash', ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      void consumer.run({
        eachBatchAutoResolve: true,
        eachBatch: ({ batch }) => {
          for (const { value, offset } of batch.messages)
            if (value && Number(offset) < ends.get(batch.partition)!) take(value);
          if (Number(batch.lastOffset()) + 1 >= ends.get(batch.partition)!) left.delete(batch.partition);
          if (left.size === 0) resolve();
          return Promise.resolve();
        },
      });
    });
  } finally {
    await consumer.disconnect();
  }
}

async function endOffsets(admin: Admin, topic: string): Promise<Map<number, number>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}
