import type { Kafka } from 'kafkajs';
import { connectorGroup } from '../stacks/names';
import type { LakeTable } from './access';

/** Records that lie in a table's topics beyond what its sink has committed; null where a topic is not there yet. */
export async function sinkLag(
  kafka: Kafka,
  tables: readonly LakeTable[],
): Promise<Map<string, number | null>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const found = new Map<string, number | null>();
    for (const { name, topics, connector } of tables) {
      const groupId = connectorGroup({ name: connector });
      const lag = topics.every((topic) => known.has(topic)) ? await lagOf(admin, groupId, topics) : null;
      found.set(name, lag);
    }
    return found;
  } finally {
    await admin.disconnect();
  }
}

async function lagOf(
  admin: ReturnType<Kafka['admin']>,
  groupId: string,
  topics: readonly string[],
): Promise<number> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  let lag = 0;
  for (const { topic, partitions } of committed) {
    const ends = await admin.fetchTopicOffsets(topic);
    for (const { partition, high, low } of ends) {
      const done = Number(partitions.find((it) => it.partition === partition)?.offset ?? -1);
      // Nothing committed: everything that is held.
      lag += Number(high) - (done < 0 ? Number(low) : done);
    }
  }
  return lag;
}
