import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import type { LakeSession } from '../lake-session';
import type { ReplayPlan, Route } from './plan';
import type { Progress } from './position';
import { replayRecords } from './records';
import type { ReplayRecord } from './records';
import { createTarget } from './target';
import { TransactionalWriter, forgetProgress, sizeOf } from './transactions';
import type { Outgoing } from './transactions';

export interface ReplayRun {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly session: LakeSession;
  readonly plan: ReplayPlan;
  /** Records a second; absent: as fast as the broker takes them. */
  readonly rate?: number;
  /** Begin anew, whatever an earlier run has done. */
  readonly restart?: boolean;
  /** Ends the run after the transaction that is under way. */
  readonly signal?: AbortSignal;
  /** After each transaction. */
  readonly onProgress?: (progress: ReplayProgress) => void;
}

export interface ReplayProgress {
  /** Records of this replay that are in the topic, with those of earlier runs. */
  readonly sent: number;
  readonly total: number;
  /** Record time of the last one, ms since the epoch. */
  readonly time: number;
}

export interface ReplayResult {
  readonly sent: number;
  /** Of them by this run. */
  readonly sentNow: number;
  /** Rows that several versions of their schema hold. */
  readonly ambiguous: number;
  readonly withoutKey: number;
  /** Behind a later record of their partition, as the broker's clock stepped back by more than the rows that are sorted at a time. */
  readonly outOfOrder: number;
  readonly isInterrupted: boolean;
}

const BATCH_RECORDS = 5_000;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Transactions a second where a rate is given. */
const STEPS_A_SECOND = 4;

/** Writes what the plan names, from where an earlier run has stopped. */
export async function replay(run: ReplayRun): Promise<ReplayResult> {
  const { plan, admin, session, kafka } = run;
  for (const { isNew, wanted } of plan.targets) if (isNew) await createTarget(admin, wanted);
  if (run.restart) await forgetProgress(admin, plan.name);
  const start = run.restart ? undefined : plan.progress;
  const writer = new TransactionalWriter(kafka, plan.name, plan.targets[0]!.name);
  await writer.connect();
  try {
    const records = replayRecords(session, plan.sources, plan.range, start?.last);
    return await writeAll(writer, records, run, start);
  } finally {
    await writer.disconnect();
  }
}

async function writeAll(
  writer: TransactionalWriter,
  records: AsyncIterable<ReplayRecord>,
  { plan, rate, signal, onProgress }: ReplayRun,
  start: Progress | undefined,
): Promise<ReplayResult> {
  const counts = new Counts();
  const startedAt = Date.now();
  const before = start?.sent ?? 0;
  const write = async (batch: Batch): Promise<void> => {
    const progress = { last: batch.last!, sent: before + counts.records };
    await writer.write(batch.outgoing, progress);
    onProgress?.({ sent: progress.sent, total: plan.total, time: batch.last!.timestamp });
    if (rate !== undefined)
      await sleep(Math.max(0, startedAt + (counts.records * 1_000) / rate - Date.now()));
  };
  let batch = new Batch();
  const limit =
    rate === undefined ? BATCH_RECORDS : Math.max(1, Math.min(BATCH_RECORDS, rate / STEPS_A_SECOND));
  for await (const record of records) {
    if (signal?.aborted) break;
    batch.add(record, plan.routes.get(record.topic));
    counts.add(record);
    if (batch.outgoing.length >= limit || batch.bytes >= BATCH_BYTES) {
      await write(batch);
      batch = new Batch();
    }
  }
  if (batch.last) await write(batch);
  return counts.result(before, signal?.aborted === true);
}

class Batch {
  readonly outgoing: Outgoing[] = [];
  bytes = 0;
  last?: ReplayRecord;

  add(record: ReplayRecord, route: Route | undefined): void {
    if (!route)
      throw new Error(`the lake holds records of "${record.topic}", which its table does not declare`);
    const { key, value, timestamp } = record;
    const own = partitionFor(record, route);
    const outgoing = {
      topic: route.target,
      message: { key, value, timestamp: String(timestamp), ...(own === undefined ? {} : { partition: own }) },
    };
    this.outgoing.push(outgoing);
    this.bytes += sizeOf(outgoing);
    this.last = record;
  }
}

/** Undefined: the client's choice by the key, so that what belongs together stays together and in order where partitions differ. */
function partitionFor({ partition, key }: ReplayRecord, route: Route): number | undefined {
  if (route.keepsPartition) return partition;
  return key === null ? partition % route.partitions : undefined;
}

class Counts {
  records = 0;
  private ambiguous = 0;
  private withoutKey = 0;
  private outOfOrder = 0;
  private readonly lastOffsets = new Map<string, bigint>();

  add({ topic, partition, offset, key, isAmbiguous }: ReplayRecord): void {
    this.records++;
    if (isAmbiguous) this.ambiguous++;
    if (key === null) this.withoutKey++;
    const place = `${topic}/${partition}`;
    if (offset < (this.lastOffsets.get(place) ?? -1n)) this.outOfOrder++;
    else this.lastOffsets.set(place, offset);
  }

  result(before: number, isInterrupted: boolean): ReplayResult {
    const { records, ambiguous, withoutKey, outOfOrder } = this;
    return { sent: before + records, sentNow: records, ambiguous, withoutKey, outOfOrder, isInterrupted };
  }
}
