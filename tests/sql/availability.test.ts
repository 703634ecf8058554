import fc from 'fast-check';
import { parseJson } from '../../engine/testing/json-value';
import { PlannedSql } from '../../cli/ksql/planned-sql';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import { availabilityRows } from '../reference/availability';
import type { Poll } from '../reference/availability';

const NOON = Date.UTC(2026, 0, 8, 12);
const FILE = 'ksql/gold/scrape_availability.sql';

const polls: fc.Arbitrary<Poll[]> = fc.array(
  fc
    .record({
      second: fc.integer({ min: 0, max: 300 }),
      orchestrator: fc.constantFrom('0xaa', '0xbb'),
      kind: fc.constantFrom('status', 'metrics'),
      outcome: fc.constantFrom('success', 'failure', 'heartbeat'),
      errorKind: fc.constantFrom(null, 'timeout', 'http'),
      durationMs: fc.constantFrom(null, 0, 12, 5_000),
    })
    .map(({ second, ...rest }) => ({ ...rest, at: NOON + second * 1_000 })),
  { minLength: 1, maxLength: 40 },
);

test('how often endpoints answered is what the second calculation says, whatever comes in whatever order', async () => {
  const planned = await PlannedSql.of(sqlObjects());
  const queries = planned.closureOf(FILE).map(({ query }) => query);
  await fc.assert(
    fc.asyncProperty(polls, async (sent) => {
      const pipeline = await Pipeline.run(planned.world, queries);
      for (const poll of sent) await pipeline.send(recordOf(poll));
      expect(await answered(pipeline, [...availabilityRows(sent).values()][0]!)).toEqual(
        availabilityRows(sent),
      );
      expect(pipeline.log).toEqual([]);
    }),
    { numRuns: 20, seed: 20_260_108 },
  );
}, 60_000);

function recordOf({
  at,
  orchestrator,
  kind,
  outcome,
  errorKind,
  durationMs,
}: Poll): Parameters<Pipeline['send']>[0] {
  const value = {
    EVENT_ID: `${at}`,
    SCRAPE_TIME: at,
    ORCHESTRATOR_ID: orchestrator,
    TARGET_ID: 't',
    EVENT_TYPE: kind,
    ENDPOINT: 'e',
    OUTCOME: outcome,
    DURATION_MS: durationMs,
    ERROR_KIND: errorKind,
  };
  return {
    topic: 'telemetry.orchestrator_scrape.v1',
    timestamp: at,
    key: 't',
    value: parseJson(JSON.stringify(value)),
  };
}

async function answered(pipeline: Pipeline, columns: object): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>();
  for (const { row } of await pipeline.records('gold.scrape_availability_1m.v1')) {
    const key = `${String(row!.ORCHESTRATOR)}|${String(row!.ENDPOINT_KIND)}@${String(row!.WINDOW_START)}`;
    rows.set(key, Object.fromEntries(Object.keys(columns).map((column) => [column, row![column]])));
  }
  return rows;
}
