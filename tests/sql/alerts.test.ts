import fc from 'fast-check';
import { PlannedSql } from '../../cli/ksql/planned-sql';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import { serviceAlerts } from '../reference/alerts';
import type { ServiceAlert } from '../reference/alerts';
import { declaredFor } from './declared';
import { incidents } from './incidents';

/** More, or others: `FC_RUNS=200 FC_SEED=7 npx jest --selectProjects sql --testPathPatterns sql/alerts`. */
const numRuns = Number(process.env.FC_RUNS ?? 2);
const seed = Number(process.env.FC_SEED ?? 17);

describe('alerts about the service, from raw events on', () => {
  const planned = PlannedSql.of(sqlObjects(), { caching: true });
  const declared = declaredFor();

  test('are what the second calculation says, one by one', async () => {
    const { world, queries } = await planned;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(incidents, async (records) => {
        const pipeline = await Pipeline.run(
          world,
          queries.map(({ query }) => query),
        );
        for (const record of records) {
          await pipeline.sendGateway(record);
          await pipeline.settle();
        }
        const expected = serviceAlerts(records, declared);
        expected.forEach(({ rule, status }) => seen.add(`${rule} ${status}`));
        expect({ alerts: await alertsOf(pipeline), log: pipeline.log }).toEqual({
          alerts: expected.map(comparable).sort(),
          log: [],
        });
      }),
      { numRuns, seed },
    );
    expect([...seen].filter((it) => it.endsWith('raised')).length).toBeGreaterThan(1);
    expect([...seen].filter((it) => it.endsWith('resolved')).length).toBeGreaterThan(1);
  }, 600_000);
});

const comparable = ({ subject, rule, status, minute, value }: ServiceAlert): string =>
  [subject, minute, rule, status, value.toPrecision(9)].join(' ');

/** Which of several subjects comes first within one arrival is nobody's business. */
async function alertsOf(pipeline: Pipeline): Promise<string[]> {
  const rows = (await pipeline.records('alerts.alert.v1')).map(({ row }) => row!);
  return rows
    .map((row) =>
      comparable({
        subject: String(row.SUBJECT_ID),
        rule: String(row.RULE),
        status: row.STATUS as ServiceAlert['status'],
        minute: Number(row.EVENT_TIME),
        value: Number(row.CURRENT_VALUE),
      }),
    )
    .sort();
}
