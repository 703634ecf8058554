import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayCounts, imbalance, lakeCounts, lakeImbalance, settle } from '../../lab';
import type { PartName } from '../../lab';
import { playTraffic } from '../../lab/traffic';
import type { PlayOptions, Playing, TrafficRecord } from '../../lab/traffic';
import { awaitGold, expectedGold, knowsNetwork, recentFixture, snapshotsFirst } from '../e2e/play-fixture';
import { killPart } from '../support/platform';
import { LAKE_BUCKET, startDeclaredPlatform } from './declared-platform';
import type { DeclaredPlatform } from './declared-platform';

/** So that a part dies, and comes back, while records come in. */
const RECORDS_A_SECOND = 60;
const DRAINED_MS = 120_000;
const LONGEST_ABSENCE_MS = 120_000;

/** Parts in the order in which they die, and how long each stays away, ms: long enough for its clients to notice. */
const VICTIMS: readonly (readonly [PartName, number])[] = [
  ['minio', 5_000],
  ['ksqldb', 500],
  ['connect', 500],
  ['kafka', 500],
];

/** Each part dies once while the committed traffic comes in: what is answered in the end is what an undisturbed run gives. */
describe('kill -9 of a part while events come in', () => {
  let platform: DeclaredPlatform;
  const [snapshots, others] = snapshotsFirst(recentFixture(Date.now()));
  const records = [...snapshots, ...others];
  const share = Math.ceil(others.length / VICTIMS.length);

  beforeAll(async () => {
    platform = await startDeclaredPlatform({ slot: 5 });
    await play(snapshots, 'unlimited').done;
    await knowsNetwork(platform.endpoints, snapshots, DRAINED_MS);
  }, 180_000);
  afterAll(() => platform?.stop(), 60_000);

  test.each(VICTIMS.map(([part, awayMs], index) => ({ part, awayMs, index })))(
    '$part is killed, comes back, and no record is refused',
    async ({ part, awayMs, index }) => {
      const own = others.slice(index * share, (index + 1) * share);
      const half = own.slice(0, share / 2);
      const playing = play(half, RECORDS_A_SECOND);
      await someAcknowledged(playing);
      await killPart(platform.settings, part);
      expect(playing.counts().sent).toBeLessThan(half.length);
      await sleep(awayMs);
      await platform.up();
      expect(await playing.done).toMatchObject({ sent: half.length, failed: {} });
      const rest = own.slice(half.length);
      expect(await play(rest, 'unlimited').done).toMatchObject({ sent: rest.length, failed: {} });
    },
    LONGEST_ABSENCE_MS,
  );

  function play(some: readonly TrafficRecord[], pace: PlayOptions['pace']): Playing {
    return playTraffic(platform.endpoints, { records: some, gateways: platform.gateways, pace });
  }

  async function someAcknowledged(playing: Playing): Promise<void> {
    while (playing.counts().sent < RECORDS_A_SECOND) await sleep(20);
  }

  test('every row of gold and of the SLA is that of an undisturbed run', async () => {
    const expected = expectedGold(records, platform.declared);
    const { rows, differences } = await awaitGold(platform.endpoints, expected, DRAINED_MS);
    expect(differences.slice(0, 10)).toEqual([]);
    expect(rows).toBeGreaterThan(0);
  }, 180_000);

  test('every record is accounted for, once', async () => {
    const counts = await gatewayCounts(platform.endpoints, platform.declaration);
    const { valid, duplicates, ignored, malformed } = expectedGold(records, platform.declared).accounting;
    expect(imbalance(records.length, counts)).toBeUndefined();
    expect(counts).toMatchObject({
      valid,
      duplicates,
      ignored,
      deadLettered: Object.values(malformed).reduce((sum, count) => sum + count, 0),
    });
  }, 60_000);

  test('the lake has every record as one row', async () => {
    const { endpoints, declaration } = platform;
    const { value, problem } = await settle(
      () => lakeCounts(endpoints, LAKE_BUCKET, declaration.connectors),
      lakeImbalance,
      { timeoutMs: DRAINED_MS, pollMs: 1_000 },
    );
    expect(problem).toBeUndefined();
    expect(value).toContainEqual({
      table: 'telemetry.gateway',
      records: records.length,
      deadLettered: 0,
      rows: records.length,
    });
  }, 180_000);
});
