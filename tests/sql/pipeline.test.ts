import { readFixture } from '../fixtures/traffic-file';
import { computeGold } from '../oracle/gold';
import { compareGold } from './compare-gold';
import type { AnsweredGold } from './compare-gold';
import { Pipeline } from '../../cli/ksql/virtual-pipeline';
import { defaultLimits } from './limits';
import type { Row } from '../../cli/ksql/virtual-pipeline';
import { GATEWAY_EVENTS, recordedEvents, testWith } from './shared';

/** All of `ksql/` in the engine against the second calculation, row by row. */
async function answer(
  records: readonly { readonly at: number; readonly value: string }[],
): Promise<Pipeline> {
  const pipeline = await Pipeline.start();
  for (const record of records) await pipeline.sendGateway(record);
  return pipeline;
}

async function goldOf(pipeline: Pipeline): Promise<AnsweredGold> {
  return {
    sessions: await pipeline.table('silver.session.v1'),
    benchmarks: await pipeline.table('gold.benchmark_percentile.v1'),
    service: await pipeline.table('gold.service_1m.v1'),
    sla: await pipeline.table('gold.sla_1m.v1'),
  };
}

const countBy = (rows: readonly (Row | null)[], of: (row: Row) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const row of rows) if (row) counts[of(row)] = (counts[of(row)] ?? 0) + 1;
  return counts;
};

describe('the SQL over the committed traffic', () => {
  const records = readFixture();
  const expected = computeGold(records, defaultLimits());
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await answer(records);
  }, 120_000);

  test('answers every session, benchmark, sum and score as the second calculation', async () => {
    const { rows, cells, differences } = compareGold(expected, await goldOf(pipeline));
    expect(differences.slice(0, 10)).toEqual([]);
    expect(rows).toBeGreaterThan(1_000);
    expect(cells).toBeGreaterThan(30_000);
  });

  test('loses no record: sent = valid + copies + ignored + dead-lettered', async () => {
    const { accounting } = expected;
    const dead = (await pipeline.records('telemetry.dlq.v1')).map(({ row }) => row);
    const ignored = await pipeline.records('bronze.gateway_ignored.v1');
    const once = (await pipeline.records('bronze.gateway_event_once.v1')).filter(({ row }) => row !== null);
    expect(once.length).toBe(accounting.valid);
    expect(ignored.length).toBe(accounting.ignored);
    expect(countBy(dead, ({ ERROR }) => String(ERROR).split(':')[0]!)).toEqual(accounting.malformed);
    expect(once.length + accounting.duplicates + ignored.length + dead.length).toBe(records.length);
  });

  test('dead letters say where the record lies and hold it as it came', async () => {
    const dead = (await pipeline.records('telemetry.dlq.v1')).map(({ row }) => row!);
    for (const { ORIGINAL_TOPIC, ORIGINAL_PARTITION, ORIGINAL_OFFSET, ARRIVED_AT, PAYLOAD } of dead) {
      expect([ORIGINAL_TOPIC, ORIGINAL_PARTITION]).toEqual(['telemetry.gateway.v1', 0]);
      const { at, value } = records[Number(ORIGINAL_OFFSET)]!;
      expect([PAYLOAD, ARRIVED_AT]).toEqual([value, at]);
    }
  });

  test('reports no failing expression and no record that it could not read', () => {
    expect(pipeline.log).toEqual([]);
  });
});

describe('the SQL over recorded events', () => {
  const { run, note } = testWith(GATEWAY_EVENTS);

  run(
    `of a real stream answers as the second calculation${note}`,
    async () => {
      const records = recordedEvents();
      const pipeline = await answer(records);
      const expected = computeGold(records, defaultLimits());
      const { rows, differences } = compareGold(expected, await goldOf(pipeline));
      expect(differences).toEqual([]);
      expect(rows).toBeGreaterThan(5);
      expect(pipeline.log).toEqual([]);
      const [session] = expected.sessions.values();
      expect(session).toMatchObject({
        outcome: 'success',
        model: 'streamdiffusion-sdxl-faceid',
        signalsSeen: 17,
        signalsExpected: 16,
      });
    },
    30_000,
  );
});
