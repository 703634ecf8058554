import type { PlatformEndpoints } from '../../resources/endpoints';
import { heldRanges, kafkaClient, readTopics } from '../../resources/kafka/read-topics';
import { readPassword } from '../secrets';

/** What lies in one topic. */
export interface TopicRecords {
  /** Records that a reader sees: committed ones, without the markers of transactions. */
  readonly records: number;
  /** Records whose value is not null. */
  readonly values: number;
  /** Different keys; a record without a key counts as one of its own. */
  readonly keys: number;
}

/** Counts the committed records of topics by reading them up to where they end now. */
export async function countRecords(
  { kafka: endpoint }: PlatformEndpoints,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicRecords>> {
  const { username } = endpoint.admin;
  const kafka = kafkaClient(endpoint, { username, password: readPassword(endpoint.admin) });
  const counts = new Map(topics.map((topic) => [topic, { records: 0, values: 0, keys: 0 }]));
  const seen = new Map(topics.map((topic) => [topic, new Set<string>()]));
  await readTopics(kafka, await heldRanges(kafka, topics), ({ topic, key, value }) => {
    const count = counts.get(topic)!;
    count.records++;
    if (value !== null) count.values++;
    if (isNew(seen.get(topic)!, key)) count.keys++;
  });
  return counts;
}

function isNew(seen: Set<string>, key: Buffer | null): boolean {
  if (key === null) return true;
  const text = key.toString('latin1');
  if (seen.has(text)) return false;
  seen.add(text);
  return true;
}
