import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLayout } from '../../lab';
import { gatewayCounts, imbalance } from '../../lab/demo/counts';
import { realise } from '../../lab/realise';
import { generateTraffic, readRecorded, trafficOptions } from '../../lab/traffic';
import type { TrafficRecord } from '../../lab/traffic';
import type { Credentials } from '../../resources/endpoints';
import { readDeclaration } from '../../stacks/declaration';
import { GATEWAY_EVENTS, testWith } from '../sql/shared';
import { killPart, startTestPlatform } from '../support/platform';
import type { TestPlatform } from '../support/platform';
import {
  awaitGold,
  expectedGold,
  knowsNetwork,
  playAll,
  recentFixture,
  snapshotsFirst,
} from './play-fixture';
import { declaredFor } from '../sql/declared';

const HOUR_MS = 3_600_000;
const CAUGHT_UP_MS = 120_000;
/** Long enough for both parts to be killed and started in the middle of it. */
const PLAY_SECONDS = 24;
const ROOT = path.resolve(__dirname, '../..');

/** The declared pipeline on a real broker and registry, against the second calculation over everything that was sent. */
describe('the pipeline on a real broker', () => {
  const sent: TrafficRecord[] = [];
  const declaration = readDeclaration(ROOT);
  const declared = declaredFor('dev');
  let platform: TestPlatform;
  let gateways: Credentials[];

  beforeAll(async () => {
    platform = await startTestPlatform({ slot: 3, without: ['minio', 'connect'] });
    const { settings, endpoints } = platform;
    await realise(endpoints, { settings, skip: ['bucket', 'bucket-user', 'connector'] });
    gateways = ['gateway-1', 'gateway-2'].map((username) => ({
      username,
      passwordFile: path.join(runLayout(settings.runDir).secrets, `plain-${username}`),
    }));
  }, 180_000);
  afterAll(() => platform?.stop(), 60_000);

  /** Snapshots of the network first, so that the others are enriched alike in any order. */
  async function play(records: readonly TrafficRecord[], pace?: number): Promise<void> {
    const [snapshots, others] = snapshotsFirst(records);
    await playPart(snapshots);
    await knowsNetwork(platform.endpoints, snapshots, CAUGHT_UP_MS);
    await playPart(others, pace);
  }

  async function playPart(records: readonly TrafficRecord[], pace?: number): Promise<void> {
    const { sent: acknowledged, failed } = await playAll(platform.endpoints, gateways, records, pace);
    expect({ acknowledged, failed }).toEqual({ acknowledged: records.length, failed: {} });
    sent.push(...records);
  }

  async function expectGold(): Promise<void> {
    const expected = expectedGold(sent, declared);
    const { rows, differences } = await awaitGold(platform.endpoints, expected, CAUGHT_UP_MS);
    expect(differences.slice(0, 10)).toEqual([]);
    expect(rows).toBeGreaterThan(0);
    expect(imbalance(sent.length, await gatewayCounts(platform.endpoints, declaration))).toBeUndefined();
  }

  test('answers every row of the committed traffic, and loses no record', async () => {
    await play(recentFixture(Date.now()));
    await expectGold();
  }, 180_000);

  const { run, note } = testWith(GATEWAY_EVENTS);
  run(
    `answers every row of a recorded stream, moved to now${note}`,
    async () => {
      await play(readRecorded(GATEWAY_EVENTS, { shiftTo: Date.now() - HOUR_MS, gateway: 'gateway-1' }));
      await expectGold();
    },
    180_000,
  );

  test('ends with the same rows when the engine, then the broker are killed while events come in', async () => {
    const options = {
      seed: 99,
      startMs: Date.now() - 2 * HOUR_MS,
      durationMs: HOUR_MS / 3,
      eventsPerSecond: 1,
    };
    // Other nodes than before, so under other names: an orchestrator that takes over a name takes over its sessions' events too.
    const records = [...generateTraffic(trafficOptions(options))].map((record) => ({
      ...record,
      value: Buffer.from(record.value.toString().replaceAll(/(orch-\d+)\.example/g, '$1.test')),
    }));
    const playing = play(records, records.length / PLAY_SECONDS);
    for (const part of ['ksqldb', 'kafka'] as const) {
      await sleep((PLAY_SECONDS * 1_000) / 4);
      await killPart(platform.settings, part);
      await platform.start();
    }
    await playing;
    await expectGold();
  }, 300_000);
});
