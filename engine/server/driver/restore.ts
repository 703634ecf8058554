import type { TopicRecord } from '../../runtime/contracts';
import type { Broker, TopicPartition } from '../broker/broker';
import { partitionKey, readRange } from '../broker/broker';
import type { RunningQuery } from './running-query';

const PARALLEL_READS = 6;

interface Changelog extends TopicPartition {
  readonly restore: (records: readonly TopicRecord[]) => void;
}

/** Fills the stores of fresh tasks from their changelog topics, up to what is committed. Gives the number of records read. */
export async function restoreStores(broker: Broker, query: RunningQuery): Promise<number> {
  let count = 0;
  const changelogs: Changelog[] = query.tasks.flatMap(({ subTopology, partition, task }) =>
    query.spec.topology.subTopologies[subTopology]!.stores.map((store) => ({
      topic: store.changelogTopic,
      partition,
      restore: (records) => {
        for (const record of records) task.restore(record);
        count += records.length;
      },
    })),
  );
  if (changelogs.length === 0) return 0;
  const [from, to] = await Promise.all([
    broker.offsets(changelogs, 'EARLIEST'),
    broker.offsets(changelogs, 'LATEST'),
  ]);
  const waiting = changelogs.filter((log) => rangeOf(log, from, to).from < rangeOf(log, from, to).to);
  const readers = Array.from({ length: Math.min(PARALLEL_READS, waiting.length) }, async () => {
    for (let log = waiting.shift(); log; log = waiting.shift())
      await readRange(broker, log, rangeOf(log, from, to), log.restore);
  });
  await Promise.all(readers);
  return count;
}

function rangeOf(
  { topic, partition }: TopicPartition,
  from: ReadonlyMap<string, number>,
  to: ReadonlyMap<string, number>,
) {
  const key = partitionKey(topic, partition);
  return { from: from.get(key) ?? 0, to: to.get(key) ?? 0 };
}
