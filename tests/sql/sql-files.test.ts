import { existsSync } from 'node:fs';
import path from 'node:path';
import { PlannedSql } from '../../cli/ksql/planned-sql';
import { readSqlTests, runSqlTest } from '../../cli/ksql/sql-test-file';
import { Pipeline, sqlObjects } from '../../cli/ksql/virtual-pipeline';

const ROOT = path.resolve(__dirname, '../..');
const objects = sqlObjects();
const planned = PlannedSql.of(objects);

/** The tests beside the SQL files: each file with all that it needs, in the engine, without a broker. */
describe.each([...new Set(objects.map(({ file }) => file))])('%s', (file) => {
  const testFile = path.join(ROOT, file.replace(/\.sql$/, '.test.yaml'));
  const { statements } = objects.find((object) => object.file === file)!;
  const computes = statements.some(({ facts }) => facts.writesTopic ?? facts.insertsInto);

  if (!existsSync(testFile)) {
    test('only declares a topic, and needs no test', () => expect(computes).toBe(false));
    return;
  }
  test.each(readSqlTests(testFile).map((it) => [it.name, it] as const))('%s', async (_, it) => {
    const sql = await planned;
    const queries = sql.closureOf(file).map(({ query }) => query);
    const { expected, got, log } = await runSqlTest(it, await Pipeline.run(sql.world, queries));
    expect(got).toEqual(expected);
    expect(log).toEqual([]);
  });
});
