import { setTimeout as sleep } from 'node:timers/promises';
import { isClean } from '../../lake';
import type { PartitionCheck } from '../../lake';
import type { PartName } from '../../lab';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { killPart } from '../support/platform';
import type { LakeSetting } from './lake-setting';

export interface KillDrill {
  readonly platform: DeclaredPlatform;
  readonly setting: LakeSetting;
  readonly table: string;
  readonly topic: string;
  /** The part that dies in each round. */
  readonly victims: readonly PartName[];
  /** From 0 to 1: how the moments are chosen. */
  readonly random: () => number;
  readonly onRound?: (round: { readonly part: PartName; readonly afterMs: number }) => void;
}

export interface KillDrillResult {
  readonly sent: number;
  readonly checks: readonly PartitionCheck[];
  readonly isClean: boolean;
  /** From the last start to the commit of the last record. */
  readonly recoveryMs: number;
}

/** Two of the sink's commits, so that a moment may lie anywhere in one. */
const MOMENTS_MS = 4_000;
const AWAY_MS = 2_500;
/** A worker that is back waits until the broker has given up the dead one. */
const RECOVERED_MS = 180_000;
const BATCH = 200;
const PAUSE_MS = 40;

/** Kills one part after another at any moment while records come in, then compares the table with its topic. */
export async function killDrill(drill: KillDrill): Promise<KillDrillResult> {
  const { platform, setting, table, topic, victims, random, onRound } = drill;
  const flow = produceUntilStopped(setting, topic);
  try {
    for (const part of victims) {
      const afterMs = Math.round(random() * MOMENTS_MS);
      await sleep(afterMs);
      await killPart(platform.settings, part);
      onRound?.({ part, afterMs });
      await sleep(random() * AWAY_MS);
      await platform.start();
    }
  } finally {
    flow.stop();
  }
  const startedAt = Date.now();
  const sent = await flow.done;
  const checks = await setting.drained(table, RECOVERED_MS);
  return {
    sent,
    checks,
    isClean: isClean(checks) && checks.every(({ pending }) => pending === 0),
    recoveryMs: Date.now() - startedAt,
  };
}

function produceUntilStopped(
  { kafka }: LakeSetting,
  topic: string,
): { readonly stop: () => void; readonly done: Promise<number> } {
  let isStopped = false;
  const run = async (): Promise<number> => {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    let sent = 0;
    while (!isStopped) {
      const messages = Array.from({ length: BATCH }, (_, index) => ({ value: `{"n":${sent + index}}` }));
      await producer.send({ topic, messages });
      sent += BATCH;
      await sleep(PAUSE_MS);
    }
    await producer.disconnect();
    return sent;
  };
  return { stop: () => (isStopped = true), done: run() };
}
