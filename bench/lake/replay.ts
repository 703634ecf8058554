import { GATEWAY_TOPIC } from '../../lab/traffic';
import { planReplay, replay } from '../../lake';
import type { Measurement } from './main';
import { RECORD_BYTES, produceAll } from './produce';

const TABLE = 'telemetry.gateway';
const DRAINED_MS = 300_000;

/** Records of the lake back into a topic, as fast as it goes. */
export async function measureReplay({ setting, option }: Measurement) {
  const records = option('records', 500_000);
  const from = Date.now() - 60_000;
  await produceAll(setting.kafka, GATEWAY_TOPIC, records);
  await setting.drained(TABLE, DRAINED_MS);
  const { kafka, registry, access } = setting;
  const session = await setting.open({ only: [TABLE] });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const plan = await planReplay(
      { session, admin, registry },
      {
        tables: access.tables,
        families: ['gateway'],
        range: { from, to: Date.now() },
        to: '{topic}.replay',
        allowed: [],
        defaults: { partitions: 4, replicationFactor: 1, maxMessageBytes: 1_048_576 },
      },
    );
    const startedAt = Date.now();
    const { sent } = await replay({ kafka, admin, session, plan });
    const ms = Date.now() - startedAt;
    return {
      sent,
      recordBytes: RECORD_BYTES,
      seconds: ms / 1_000,
      recordsPerSecond: Math.round((sent * 1_000) / ms),
    };
  } finally {
    session.close();
    await admin.disconnect();
  }
}
