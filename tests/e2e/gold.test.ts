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
import { awaitGold, expectedGold, playAll, recentFixture } from './play-fixture';

const HOUR_MS = 3_600_000;
const CAUGHT_UP_MS = 120_000;
const ROOT = path.resolve(__dirname, '../..');

/** The declared pipeline on a real broker and registry, against the second calculation over everything that was sent. */
describe('the pipeline on a real broker', () => {
  const sent: TrafficRecord[] = [];
  const declaration = readDeclaration(ROOT);
  const { max_event_age_ms: age, max_event_ahead_ms: ahead } = declaration.variables;
  const limits = { maxAgeMs: Number(age!.dev), maxAheadMs: Number(ahead!.default) };
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

  async function play(records: readonly TrafficRecord[]): Promise<void> {
    const { sent: acknowledged, failed } = await playAll(platform.endpoints, gateways, records);
    expect({ acknowledged, failed }).toEqual({ acknowledged: records.length, failed: {} });
    sent.push(...records);
  }

  async function expectGold(): Promise<void> {
    const expected = expectedGold(sent, limits);
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

  test('ends with the same rows when the engine and the broker are killed in between', async () => {
    const options = {
      seed: 99,
      startMs: Date.now() - 2 * HOUR_MS,
      durationMs: HOUR_MS / 2,
      eventsPerSecond: 3,
    };
    const records = [...generateTraffic(trafficOptions(options))];
    const third = Math.ceil(records.length / 3);
    await play(records.slice(0, third));
    const killed = killPart(platform.settings, 'ksqldb');
    await play(records.slice(third, 2 * third));
    await killed;
    await platform.start();
    await sleep(500);
    await killPart(platform.settings, 'kafka');
    await platform.start();
    await play(records.slice(2 * third));
    await expectGold();
  }, 300_000);
});
