import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNodes } from '../../bench/scraper/nodes';
import type { Nodes } from '../../bench/scraper/nodes';
import {
  eventSchema,
  heldRecords,
  prepareTopic,
  producerCounts,
  startScraper,
  TOPIC,
  untilReady,
} from '../../bench/scraper/setting';
import type { ScraperProcess } from '../../bench/scraper/setting';
import { checkTopic } from '../../bench/scraper/topic-check';
import { forward } from '../../scraper/examples/sidecar';
import { openBufferedProducer } from '../../scraper/src/buffered-producer';
import { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import { QuotaClient } from '../../resources/quota/quota-client';
import { adminClient } from '../support/kafka';
import { killPart, startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';

/**
 * The scraper on a real broker: an outage, an end without warning in the middle of it, one-shot runs, and a quota. Nodes number
 * their answers, so every one of them is accounted for.
 */
const TARGETS = 50;
const PERIOD_MS = 500;

let platform: TestPlatform;
let nodes: Nodes;
const folder = mkdtempSync(path.join(tmpdir(), 'naap-scraper-'));
const running: ScraperProcess[] = [];

beforeAll(async () => {
  platform = await startTestPlatform({ slot: 3, without: ['connect', 'ksqldb', 'minio'] });
  await prepareTopic(adminClient(platform.endpoints), platform.endpoints);
  nodes = await startNodes({ targets: TARGETS, port: platform.settings.ports.simulators, hosts: 10 });
}, 120_000);

/** The buffer belongs to one process: what a failed test leaves running must not fail the next one. */
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.kill('SIGKILL')));
});

afterAll(async () => {
  await nodes?.stop();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function scraper(more: Record<string, unknown> = {}, args: string[] = []): ScraperProcess {
  const { endpoints, settings } = platform;
  const it = startScraper({ folder, endpoints, targets: nodes.targets, periodMs: PERIOD_MS, port: settings.ports.scraper, more, args }); // prettier-ignore
  running.push(it);
  return it;
}

/** Limits what a client may write, in bytes a second. */
async function limitBytes(clientId: string, bytes: number): Promise<void> {
  const { kafka } = platform.endpoints;
  const { username, passwordFile } = kafka.admin;
  const admin = new KafkaAdmin(kafka, { username, password: readFileSync(passwordFile, 'utf8') });
  const desired = {
    entityType: 'client-id',
    entityName: clientId,
    config: { producer_byte_rate: bytes },
  } as const;
  await new QuotaClient(admin).set([{ action: 'create', desired }]);
  await admin.close();
}
const check = () => checkTopic(adminClient(platform.endpoints), TOPIC, eventSchema(), nodes.answered());

const tail = (): string => running.map(({ log }) => readFileSync(log, 'utf8').slice(-1_500)).join('\n');

/** Waits until `so` holds; fails with what was waited for. */
async function until(so: () => Promise<boolean>, what: string, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await so())) {
    if (Date.now() > deadline)
      throw new Error(`${what} did not come about in ${ms} ms; the scraper says:\n${tail()}`);
    await sleep(100);
  }
}

test('an outage with a kill -9 in it: every event arrives, in order for each target', async () => {
  const first = scraper();
  await untilReady(first);
  await until(async () => (await producerCounts(first)).sent >= TARGETS, 'a first delivery');
  await killPart(platform.settings, 'kafka');
  await until(
    async () => heldRecords(await producerCounts(first)) > 3 * TARGETS,
    'polling through the outage',
  );
  await first.kill('SIGKILL');
  const second = scraper();
  await untilReady(second);
  // What the first one left, and what comes on top of it while the broker is still away.
  const held = heldRecords(await producerCounts(second));
  expect(held).toBeGreaterThan(3 * TARGETS);
  await until(async () => heldRecords(await producerCounts(second)) > held + TARGETS, 'more polls');
  await platform.start();
  await until(async () => heldRecords(await producerCounts(second)) < TARGETS, 'delivery of what was held');
  expect(await second.kill('SIGTERM')).toBe(0);
  const result = await check();
  expect(result).toMatchObject({ outOfOrder: [], failures: {} });
  // The kill may cost an answer that was not on disk yet: one for each poll under way, no more than one a target.
  expect(Math.max(0, ...Object.values(result.missing))).toBeLessThanOrEqual(1);
  expect(result.unique).toBeGreaterThan(5 * TARGETS);
  expect(readFileSync(second.log, 'utf8')).toContain('every event is sent');
}, 240_000);

test('--once polls every target, sends the events and ends; without a broker it keeps them and says so', async () => {
  const before = await check();
  expect(await scraper({}, ['--once']).ended).toBe(0);
  const after = await check();
  expect(after.unique - before.unique).toBe(TARGETS);
  const away = { kafka: { brokers: ['127.0.0.1:1'], username: 'x', password_file: platform.endpoints.kafka.admin.passwordFile } }; // prettier-ignore
  const unsent = scraper({ ...away, stop_ms: 500 }, ['--once']);
  expect(await unsent.ended).toBe(1);
  expect(readFileSync(unsent.log, 'utf8')).toContain(
    `${TARGETS} events were not taken by the broker and stay on disk`,
  );
  expect(await scraper({}, ['--once']).ended).toBe(0);
  expect((await check()).unique - after.unique).toBe(2 * TARGETS);
}, 120_000);

test('another producer uses the buffer: records wait for the broker, and the quota slows it down without loss', async () => {
  const { kafka } = platform.endpoints;
  const admin = adminClient(platform.endpoints).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'telemetry.gateway.v1', numPartitions: 1 }] });
  await limitBytes('sidecar', 20_000);
  const producer = await openBufferedProducer({
    folder: path.join(folder, 'sidecar'),
    maxBytes: 10_000_000,
    log: () => undefined,
    kafka: {
      brokers: kafka.bootstrap,
      clientId: 'sidecar',
      topic: 'telemetry.gateway.v1',
      login: { mechanism: 'scram-sha-512', ...kafka.admin },
    },
  });
  const began = Date.now();
  const COUNT = 1_000;
  // Random text, so that packing it does not make it small.
  const line = (_: unknown, i: number): string =>
    `${JSON.stringify({ id: `event-${i}`, data: randomBytes(300).toString('base64') })}\n`;
  expect(await forward(Readable.from(Array.from({ length: COUNT }, line)), producer)).toBe(COUNT);
  await until(
    async () => Promise.resolve(producer.counts().sent === COUNT),
    'delivery under the quota',
    45_000,
  );
  const seconds = (Date.now() - began) / 1_000;
  expect(producer.counts()).toMatchObject({
    rejected: 0,
    dropped: { low: { records: 0 }, normal: { records: 0 } },
  });
  const [offsets] = await admin.fetchTopicOffsets('telemetry.gateway.v1');
  expect(Number(offsets!.high)).toBe(COUNT);
  expect(seconds).toBeGreaterThan(2);
  expect(await producer.close(5_000)).toBe(0);
  await admin.disconnect();
}, 120_000);
