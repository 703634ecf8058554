import path from 'node:path';
import { INSTALL_PARTS, install, runLayout } from '../../lab';
import { GATEWAY_TOPIC } from '../../lab/traffic';
import { upkeep } from '../../lake';
import { LAKE_UPKEEP_USER } from '../../stacks/lake-policy';
import { secretFile } from '../../stacks/names';
import { readSecret } from '../../stacks/secrets';
import { percentile } from '../support/statistics';
import type { Measurement } from './main';
import { produceAtRate } from './produce';
import { LakeWatch } from './watch';

const TABLE = 'telemetry.gateway';
const WARM_UP_SECONDS = 10;
const TIMEOUT_MS = 60_000;
const MIB = 1_048_576;

/** From a record's arrival to the first state of the table that holds it, for every record after the warm-up. */
export async function measureLatency({ platform, setting, option }: Measurement) {
  const rate = option('rate', 1_000);
  const seconds = option('seconds', 60);
  const warmUp = await produceAtRate(setting.kafka, GATEWAY_TOPIC, rate, WARM_UP_SECONDS);
  await setting.drained(TABLE);
  const watch = await LakeWatch.start(setting, TABLE);
  try {
    const measuredFrom = Date.now();
    const sent = await produceAtRate(setting.kafka, GATEWAY_TOPIC, rate, seconds);
    await watch.untilRows(warmUp + sent, TIMEOUT_MS);
    const delays = await delaysOf(watch, measuredFrom);
    const [report] = await keep(platform, setting);
    return {
      rate,
      records: delays.length,
      p50Ms: percentile(delays, 0.5),
      p99Ms: percentile(delays, 0.99),
      maxMs: percentile(delays, 1),
      commits: watch.states.length,
      filesInTheFullestHour: {
        before: report?.before?.mostFilesInPartition,
        afterUpkeep: report?.after?.mostFilesInPartition,
      },
    };
  } finally {
    await watch.stop();
  }
}

async function delaysOf(watch: LakeWatch, from: number): Promise<number[]> {
  const states: { readonly seenAt: number; readonly last: ReadonlyMap<number, number> }[] = [];
  for (const state of watch.states)
    states.push({ seenAt: state.seenAt, last: await watch.lastOffsets(state) });
  const places = await watch.places();
  return places
    .filter(([, , time]) => time >= from)
    .map(([partition, offset, time]) => {
      const first = states.find(({ last }) => (last.get(partition) ?? -1) >= offset)!;
      return first.seenAt - time;
    });
}

async function keep({ settings }: Measurement['platform'], { access }: Measurement['setting']) {
  const { folder } = await install(
    settings,
    INSTALL_PARTS.find(({ name }) => name === 'iceberg-sink')!,
  );
  const { secrets } = runLayout(settings.runDir);
  return upkeep({
    access: { ...access, tables: access.tables.filter(({ name }) => name === TABLE) },
    login: {
      username: LAKE_UPKEEP_USER,
      password: readSecret(`file:${path.join(secrets, secretFile.lake(LAKE_UPKEEP_USER))}`),
    },
    jars: path.join(folder, 'lib'),
    root: settings.root,
    rules: {
      targetBytes: 128 * MIB,
      minFiles: 5,
      keepSnapshotsMs: 0,
      keepSnapshots: 10,
      orphansMs: 3_600_000,
    },
    dryRun: false,
    onTable: () => undefined,
  });
}
