/**
 * The lake under load, on a platform of its own (broker, Connect, object store; ports from `NAAP_TEST_PORT_BASE`).
 *
 *     npx tsx bench/lake/main.ts throughput [--records 1500000] [--json FILE]
 *     npx tsx bench/lake/main.ts latency    [--rate 1000] [--seconds 60]
 *     npx tsx bench/lake/main.ts kill       [--rounds 20] [--seed 1]
 *     npx tsx bench/lake/main.ts first-commit [--records 1000]
 *     npx tsx bench/lake/main.ts evolve     [--rounds 5] [--records 5000]
 *     npx tsx bench/lake/main.ts replay     [--records 500000]
 *
 * `throughput`: records that wait in the topic, from the moment at which the sink may take them to the commit that holds the last one.
 * `latency`: from a record's arrival at the broker to the moment at which the catalog shows the commit that holds it; then upkeep, and
 * the files of the fullest hour before and after it. `kill`: kill -9 of Connect or the object store at random moments; `lake check`
 * afterwards. `first-commit`: a sink that is killed when it has said that it is done and its very first commit has not come.
 * `evolve`: new versions of a schema while the old ones are still written. `replay`: records of the lake back into a topic.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startDeclaredPlatform } from '../../tests/faults/declared-platform';
import type { DeclaredPlatform } from '../../tests/faults/declared-platform';
import { lakeSetting } from '../../tests/lake/lake-setting';
import type { LakeSetting } from '../../tests/lake/lake-setting';
import { measureEvolve } from './evolve';
import { measureFirstCommit } from './first-commit';
import { measureKills } from './kill';
import { measureLatency } from './latency';
import { measureReplay } from './replay';
import { measureThroughput } from './throughput';

/** What a measurement gets, and what it gives: figures by name. */
export interface Measurement {
  readonly platform: DeclaredPlatform;
  readonly setting: LakeSetting;
  readonly option: (name: 'records' | 'rate' | 'seconds' | 'rounds' | 'seed', otherwise: number) => number;
}

const MEASUREMENTS = {
  throughput: measureThroughput,
  latency: measureLatency,
  kill: measureKills,
  'first-commit': measureFirstCommit,
  evolve: measureEvolve,
  replay: measureReplay,
} as const;
const SLOT = 9;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      records: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(MEASUREMENTS);
  const unknown = names.find((name) => !Object.hasOwn(MEASUREMENTS, name));
  if (unknown) throw new Error(`"${unknown}": expected ${Object.keys(MEASUREMENTS).join(', ')}`);
  const figures: Record<string, unknown> = {};
  for (const name of names as (keyof typeof MEASUREMENTS)[]) {
    // Before it begins: whether the machine is quiet.
    const load = loadavg()[0]!;
    const platform = await startDeclaredPlatform({ slot: SLOT, without: ['ksqldb'], skip: ['query'] });
    try {
      const setting = await lakeSetting(platform);
      const option: Measurement['option'] = (key, otherwise) => Number(values[key] ?? otherwise);
      figures[name] = { load, ...(await MEASUREMENTS[name]({ platform, setting, option })) };
      console.log(name, figures[name]);
    } finally {
      await platform.stop();
    }
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
