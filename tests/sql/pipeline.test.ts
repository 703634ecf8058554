import { readFixture } from '../fixtures/traffic-file';
import { computeGold } from '../reference/gold';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import type { SqlObject } from '../../resources/query/sql-files';
import type { Row } from '../../cli/ksql/virtual-pipeline';
import { answeredGold } from './answered-gold';
import { compareGold } from './compare-gold';
import { declaredFor } from './declared';
import { sampleOfTraffic } from './sample-of-traffic';
import { GATEWAY_EVENTS, recordedEvents, testWith } from './shared';

/** All of `ksql/` in the engine against the second calculation, row by row, in every window and dimension. */
async function answer(
  records: readonly { readonly at: number; readonly value: string }[],
): Promise<Pipeline> {
  const pipeline = await Pipeline.start([...sqlObjects(), TWO_TABLES]);
  for (const record of records) await pipeline.sendGateway(record);
  return pipeline;
}

/** The other way to count sessions, by grouping their table: right as well, but for one dimension and without windows. */
const TWO_TABLES: SqlObject = {
  name: 'TWO_TABLES',
  file: 'two_tables.sql',
  layer: 'gold',
  header: { windows: [], metrics: [], examples: [], entries: {} },
  dependsOn: ['SESSION_V1'],
  statements: [
    {
      properties: {},
      facts: { makes: 'TWO_TABLES', needs: ['SESSION_V1'] },
      text: `CREATE TABLE two_tables WITH (KAFKA_TOPIC = 'two_tables', KEY_FORMAT = 'KAFKA', VALUE_FORMAT = 'AVRO') AS
        SELECT orchestrator + '|' + pipeline + '|' + model + '|' + CAST(requested_at / 60000 * 60000 AS STRING) AS rollup_key,
          COUNT(*) AS requested,
          SUM(CASE WHEN outcome = 'success' THEN 1 ELSE 0 END) AS started,
          SUM(CASE WHEN outcome = 'no_orchestrator' THEN 1 ELSE 0 END) AS no_orchestrator,
          SUM(CASE WHEN outcome = 'excusable' THEN 1 ELSE 0 END) AS excusable,
          SUM(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END) AS failed,
          SUM(swapped) AS swapped,
          SUM(CASE WHEN orchestrator = 'unattributed' THEN 1 ELSE 0 END) AS unattributed,
          SUM(output_failed) AS output_failed,
          SUM(COALESCE(prompt_to_first_frame_ms, CAST(0 AS BIGINT))) AS prompt_to_first_frame_sum_ms,
          SUM(COALESCE(startup_ms, CAST(0 AS BIGINT))) AS startup_sum_ms,
          SUM(COALESCE(e2e_latency_ms, CAST(0 AS BIGINT))) AS e2e_latency_sum_ms,
          SUM(signals_seen) AS signals_seen,
          SUM(signals_expected) AS signals_expected
        FROM session_v1
        WHERE requested_at IS NOT NULL
        GROUP BY orchestrator + '|' + pipeline + '|' + model + '|' + CAST(requested_at / 60000 * 60000 AS STRING)
        HAVING COUNT(*) > 0
        EMIT CHANGES;`,
    },
  ],
};

const countBy = (rows: readonly (Row | null)[], of: (row: Row) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const row of rows) if (row) counts[of(row)] = (counts[of(row)] ?? 0) + 1;
  return counts;
};

describe('the SQL over a sample of the committed traffic', () => {
  const records = sampleOfTraffic(readFixture());
  const expected = computeGold(records, declaredFor());
  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await answer(records);
  }, 120_000);

  test('answers every row of gold as the second calculation', async () => {
    const { rows, cells, differences } = compareGold(expected, await answeredGold(pipeline));
    expect(differences.slice(0, 10)).toEqual([]);
    expect(rows).toBeGreaterThan(2_000);
    expect(cells).toBeGreaterThan(100_000);
  }, 60_000);

  test('counts sessions as the technique of two tables does', async () => {
    const grouped = await pipeline.table('two_tables');
    const service = await pipeline.table('gold.service_1m.v1');
    expect(grouped.size).toBeGreaterThan(10);
    for (const [key, row] of grouped) expect(service.get(key)).toMatchObject(row);
    const counted = [...service].filter(([, { REQUESTED }]) => Number(REQUESTED) > 0).map(([key]) => key);
    // Requests of the batch and LLM families are no sessions.
    expect(counted.filter((key) => !grouped.has(key) && !/text-to-image|llm/.test(key))).toEqual([]);
  });

  test('the sample has every outcome, a score made with a benchmark and an index below 1', () => {
    const outcomes = new Set([...expected.sessions.values()].map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(['excusable', 'failed', 'no_orchestrator', 'success']);
    const scores = [...expected.sla.values()].map(({ PROMPT_TO_FIRST_FRAME_SCORE: score }) => score);
    expect(new Set(scores).size).toBeGreaterThan(3);
    const indexes = [...expected.cue.values()].map(({ CUE_EFFICIENCY_INDEX: index }) => Number(index));
    expect(indexes.some((index) => index > 0 && index < 1)).toBe(true);
  });

  test('loses no record: sent = valid + copies + ignored + dead-lettered', async () => {
    const { accounting } = expected;
    const dead = (await pipeline.records('telemetry.dlq.v1')).map(({ row }) => row);
    const judged = (await pipeline.records('bronze.gateway_event.v1')).map(({ row }) => row);
    const ignored = judged.filter((row) => row!.REASON === 'out_of_contract');
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
      const expected = computeGold(records, declaredFor());
      const { rows, differences } = compareGold(expected, await answeredGold(pipeline));
      expect(differences.slice(0, 10)).toEqual([]);
      expect(rows).toBeGreaterThan(100);
      expect(pipeline.log).toEqual([]);
      const [session] = expected.sessions.values();
      expect(session).toMatchObject({
        outcome: 'success',
        model: 'streamdiffusion-sdxl-faceid',
        signalsSeen: 17,
        signalsExpected: 16,
      });
    },
    60_000,
  );
});
