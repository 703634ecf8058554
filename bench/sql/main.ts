/**
 * What each query of `ksql/` costs per gateway event: `npx tsx bench/sql/main.ts [--rate 1000] [--seconds 20] [--commit-ms 100]`.
 * The declared pipeline in virtual time, one partition, caches flushed at each commit as on a server; no broker, no network.
 */
import { parseArgs } from 'node:util';
import { TaskCosts } from './task-costs';
import { PlannedSql } from '../../cli/ksql/planned-sql';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import { generateTraffic, trafficOptions } from '../../lab/traffic';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    'commit-ms': { type: 'string', default: '100' },
  },
});
const COMMIT_MS = Number(values['commit-ms']);

async function main(): Promise<void> {
  const options = {
    seed: 7,
    startMs: Date.now() - 3_600_000,
    durationMs: Number(values.seconds) * 1_000,
    eventsPerSecond: Number(values.rate),
  };
  const records = [...generateTraffic(trafficOptions(options))];
  const planned = await PlannedSql.of(sqlObjects(), { caching: true });
  const costs = new TaskCosts();
  const pipeline = await Pipeline.run(
    planned.world,
    planned.queries.map(({ query }) => costs.measured(query)),
  );
  // The first half is for V8 and for state to grow; the second is counted.
  const half = Math.floor(records.length / 2);
  let committedAt = records[0]!.at;
  for (const [index, record] of records.entries()) {
    if (index === half) costs.reset();
    if (record.at - committedAt >= COMMIT_MS) {
      committedAt = record.at;
      await pipeline.settle();
    }
    await pipeline.sendGateway({ at: record.at, value: record.value.toString() });
  }
  await pipeline.settle();
  costs.print(records.length - half);
}

void main();
