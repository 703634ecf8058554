import { existsSync } from 'node:fs';
import path from 'node:path';
import { sqlObjects } from '../../cli/ksql/virtual-pipeline';
import { closureOf, readSqlTests, runSqlTest } from '../../cli/ksql/sql-test-file';

const ROOT = path.resolve(__dirname, '../..');
const objects = sqlObjects();

/** The tests beside the SQL files: each file with all that it needs, in the engine, without a broker. */
describe.each(objects.map((object) => [object.file, object] as const))('%s', (file, object) => {
  const testFile = path.join(ROOT, file.replace(/\.sql$/, '.test.yaml'));
  const computes = object.statements.some(({ facts }) => facts.writesTopic ?? facts.insertsInto);

  if (!existsSync(testFile)) {
    test('only declares a topic, and needs no test', () => expect(computes).toBe(false));
    return;
  }
  test.each(readSqlTests(testFile).map((it) => [it.name, it] as const))('%s', async (_, it) => {
    const { expected, got, log } = await runSqlTest(it, closureOf(object, objects));
    expect(got).toEqual(expected);
    expect(log).toEqual([]);
  });
});
