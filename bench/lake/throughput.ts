import { GATEWAY_TOPIC } from '../../lab/traffic';
import { RECORD_BYTES, produceAll } from './produce';
import type { Measurement } from './main';
import { LakeWatch } from './watch';

const TABLE = 'telemetry.gateway';
const CONNECTOR = 'raw-gateway';
const WARM_UP = 20_000;
const TIMEOUT_MS = 300_000;

/** The sink drains what has gathered; the table, made before, counts what the last commit holds. */
export async function measureThroughput({ platform, setting, option }: Measurement) {
  const records = option('records', 1_500_000);
  await produceAll(setting.kafka, GATEWAY_TOPIC, WARM_UP);
  await setting.drained(TABLE);
  const steer = (action: 'pause' | 'resume'): Promise<Response> =>
    fetch(`${platform.endpoints.connect.critical!.url}/connectors/${CONNECTOR}/${action}`, { method: 'PUT' });
  await steer('pause');
  await produceAll(setting.kafka, GATEWAY_TOPIC, records);
  const watch = await LakeWatch.start(setting, TABLE);
  try {
    const startedAt = Date.now();
    await steer('resume');
    const done = await watch.untilRows(WARM_UP + records, TIMEOUT_MS);
    const ms = done.seenAt - startedAt;
    return {
      records,
      recordBytes: RECORD_BYTES,
      seconds: ms / 1_000,
      recordsPerSecond: Math.round((records * 1_000) / ms),
    };
  } finally {
    await watch.stop();
  }
}
