import type { TopicRecord } from '../../runtime/contracts';
import type { Broker, TopicPartition } from '../broker/broker';
import { partitionKey, readRange } from '../broker/broker';
import type { RunningQuery } from './running-query';
import { spillableStores } from './spiller';
import type { Spiller } from './spiller';

const PARALLEL_READS = 6;

interface Changelog extends TopicPartition {
  readonly key: string;
  readonly restore: (record: TopicRecord) => void;
}

/**
 * Fills the stores of fresh tasks: from disk where an earlier process left its state, and from their changelog topics, up to what
 * is committed. Changelogs that were only just made (`isFresh`) are empty and need not be asked.
 */
export async function restoreStores(
  broker: Broker,
  query: RunningQuery,
  spiller: Spiller,
  isFresh: (topic: string) => boolean,
): Promise<void> {
  const changelogs = changelogsOf(query);
  if (changelogs.length === 0) return;
  const old = changelogs.filter(({ topic }) => !isFresh(topic));
  const [from, to] =
    old.length === 0
      ? [new Map<string, number>(), new Map<string, number>()]
      : await Promise.all([broker.offsets(old, 'EARLIEST'), broker.offsets(old, 'LATEST')]);
  const resumed = await spiller.adopt(query, { from, to });
  const spillable = new Map(spillableStores(query.tasks).map((store) => [store.name, store]));
  const rangeOf = ({ key }: Changelog) => ({
    from: resumed.get(key) ?? from.get(key) ?? 0,
    to: to.get(key) ?? 0,
  });
  const waiting = changelogs.filter((log) => rangeOf(log).from < rangeOf(log).to);
  const readers = Array.from({ length: Math.min(PARALLEL_READS, waiting.length) }, async () => {
    for (let log = waiting.shift(); log; log = waiting.shift()) {
      const { restore, key } = log;
      const range = rangeOf(log);
      const store = spillable.get(key);
      await readRange(broker, log, range, (records, nextOffset) => {
        for (const record of records) restore(record);
        return store && spiller.onRestored(store, nextOffset, nextOffset >= range.to);
      });
    }
  });
  await Promise.all(readers);
}

function changelogsOf(query: RunningQuery): Changelog[] {
  return query.tasks.flatMap(({ subTopology, partition, task }) =>
    query.spec.topology.subTopologies[subTopology]!.stores.map(({ changelogTopic }) => ({
      topic: changelogTopic,
      partition,
      key: partitionKey(changelogTopic, partition),
      restore: (record) => task.restore(record),
    })),
  );
}
