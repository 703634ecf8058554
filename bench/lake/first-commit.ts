import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { runLayout } from '../../lab';
import { GATEWAY_TOPIC } from '../../lab/traffic';
import { isClean } from '../../lake';
import { connectorGroup } from '../../stacks/names';
import { killPart } from '../../tests/support/platform';
import type { Measurement } from './main';
import { produceAll } from './produce';

const TABLE = 'telemetry.gateway';
const CONNECTOR = 'raw-gateway';
const GROUP = connectorGroup({ name: CONNECTOR });
const TRIES = 90;
/** Holds the write lock of a SQLite file until its input ends: readers go on, commits do not. */
const LOCK = `import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute('BEGIN IMMEDIATE')
print('locked', flush=True)
sys.stdin.read()`;

/** A sink that is killed when it has said that it is done and its very first commit has not come: throws when a record is missing. */
export async function measureFirstCommit({ platform, setting, option }: Measurement) {
  const records = option('records', 1_000);
  await produceAll(setting.kafka, GATEWAY_TOPIC, records);
  await setting.drained(TABLE);
  const url = `${platform.endpoints.connect.critical!.url}/connectors/${CONNECTOR}`;
  const config = await (await fetch(`${url}/config`)).text();
  const admin = setting.kafka.admin();
  await admin.connect();
  try {
    await fetch(url, { method: 'DELETE' });
    await forgetGroup(admin, `${GROUP}-coord`);
    await produceAll(setting.kafka, GATEWAY_TOPIC, records);
    const unlock = await lockCatalog(
      path.join(runLayout(platform.settings.runDir).catalogs, `${CONNECTOR}.db`),
    );
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/config`, { method: 'PUT', headers, body: config });
    await untilSaidDone(admin, 2 * records);
    await killPart(platform.settings, 'connect');
    unlock();
  } finally {
    await admin.disconnect();
  }
  await platform.start();
  const checks = await setting.drained(TABLE);
  const rows = checks.reduce((sum, it) => sum + it.rows, 0);
  if (!isClean(checks) || rows !== 2 * records)
    throw new Error(`${2 * records} sent, ${rows} rows: ${JSON.stringify(checks)}`);
  return { sent: 2 * records, rows, missing: 0, twice: 0 };
}

/** As if the sink had never committed: its members have to be gone for that. */
async function forgetGroup(admin: Admin, group: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await admin.deleteGroups([group]);
      return;
    } catch (error) {
      if (attempt === TRIES) throw error;
      await sleep(1_000);
    }
  }
}

async function lockCatalog(file: string): Promise<() => void> {
  const child = spawn('python3', ['-c', LOCK, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return () => child.stdin.end();
}

async function untilSaidDone(admin: Admin, records: number): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const answer = await admin.fetchOffsets({ groupId: GROUP, topics: [GATEWAY_TOPIC] });
    const offsets = answer.flatMap(({ partitions }) => partitions.map(({ offset }) => Number(offset)));
    if (offsets.reduce((sum, offset) => sum + Math.max(0, offset), 0) >= records) return;
    await sleep(1_000);
  }
  throw new Error('the sink has not said that it is done');
}
