import type { PlatformEndpoints } from '../../resources/endpoints';
import { heldRanges, kafkaClient, readTopics } from '../../resources/kafka/read-topics';
import type { Declaration } from '../../stacks/declaration';
import { gatewayCounts, imbalance, lakeCounts, lakeImbalance } from '../demo/counts';
import { settle } from '../demo/settle';
import { readPassword } from '../secrets';
import { GATEWAY_TOPIC } from '../traffic';

const CATCH_UP = { timeoutMs: 180_000, pollMs: 2_000, whileMoving: true };
const LAKE_BUCKET = 'lake';

/** What became of the records that the brokers had acknowledged. */
export interface Account {
  /** Acknowledged, and not in the topic. */
  readonly lost: number;
  /** In the topic more often than acknowledged: written, and the answer was lost. */
  readonly unasked: number;
}

/** Compares what was acknowledged with what the gateway topic holds, record by record. */
export async function accountFor(
  { kafka: endpoint }: PlatformEndpoints,
  acknowledged: ReadonlyMap<string, number>,
): Promise<Account> {
  const { username } = endpoint.admin;
  const kafka = kafkaClient(endpoint, { username, password: readPassword(endpoint.admin) });
  const found = new Map<string, number>();
  await readTopics(kafka, await heldRanges(kafka, [GATEWAY_TOPIC]), ({ key }) => {
    const text = key?.toString() ?? '';
    if (acknowledged.has(text)) found.set(text, (found.get(text) ?? 0) + 1);
  });
  let lost = 0;
  let unasked = 0;
  for (const [key, times] of acknowledged) {
    const difference = (found.get(key) ?? 0) - times;
    lost += Math.max(0, -difference);
    unasked += Math.max(0, difference);
  }
  return { lost, unasked };
}

/**
 * Waits until ksqlDB has judged every record of the gateway topic and the lake holds what the topics do. Returns what is still wrong
 * when that has not changed for three minutes.
 */
export async function catchUp(
  endpoints: PlatformEndpoints,
  declaration: Declaration,
): Promise<string | undefined> {
  const judged = await settle(
    () => gatewayCounts(endpoints, declaration),
    (counts) => imbalance(counts.received, counts),
    CATCH_UP,
  );
  const stored = await settle(
    () => lakeCounts(endpoints, LAKE_BUCKET, declaration.connectors),
    lakeImbalance,
    CATCH_UP,
  );
  return judged.problem ?? stored.problem;
}
