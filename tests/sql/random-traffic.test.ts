import fc from 'fast-check';
import { PlannedSql } from '../../cli/ksql/planned-sql';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';
import { computeGold } from '../reference/gold';
import { answeredGold } from './answered-gold';
import { compareGold } from './compare-gold';
import { declaredFor } from './declared';
import { randomTraffic } from './random-traffic';

/** More, or others: `FC_RUNS=500 FC_SEED=7 npx jest --selectProjects sql --testPathPatterns random-traffic`. */
const numRuns = Number(process.env.FC_RUNS ?? 8);
const seed = Number(process.env.FC_SEED ?? 20_260_108);

describe('whatever arrives, in whatever order, late or twice', () => {
  const planned = PlannedSql.of(sqlObjects());
  const declared = declaredFor();

  test('gold is what the second calculation says, row by row', async () => {
    const { world, queries } = await planned;
    await fc.assert(
      fc.asyncProperty(randomTraffic, async (records) => {
        const pipeline = await Pipeline.run(
          world,
          queries.map(({ query }) => query),
        );
        for (const record of records) await pipeline.sendGateway(record);
        const { differences } = compareGold(computeGold(records, declared), await answeredGold(pipeline));
        expect({ differences: differences.slice(0, 5), log: pipeline.log }).toEqual({
          differences: [],
          log: [],
        });
      }),
      { numRuns, seed },
    );
  }, 600_000);
});
