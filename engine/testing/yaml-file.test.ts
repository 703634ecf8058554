import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCaseFile } from './run-file';

const STATEMENTS = `
statements:
  - CREATE STREAM s (id INT KEY, v INT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');
  - file: sums.sql
`;
const SUMS =
  'CREATE TABLE ${name} AS SELECT id, SUM(v) AS total FROM s WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY id;';

describe('a .test.yaml', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ksql-test-'));
    writeFileSync(join(folder, 'sums.sql'), SUMS);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (yaml: string) => {
    const path = join(folder, 'sums.test.yaml');
    writeFileSync(path, yaml);
    return runCaseFile(path);
  };
  const yaml = (total: number): string => `
name: sums a minute
variables: { name: sums }
${STATEMENTS}
inputs:
  - { topic: s, key: 1, value: { v: 2 }, timestamp: 1000 }
  - { topic: s, key: 1, value: { v: 3 }, timestamp: 59999 }
outputs:
  - { topic: SUMS, key: 1, window: { start: 0, end: 60000 }, value: { TOTAL: 2 }, timestamp: 1000 }
  - { topic: SUMS, key: 1, window: { start: 0, end: 60000 }, value: { TOTAL: ${total} }, timestamp: 59999 }
`;

  it('passes when outputs are as expected, with statements from files and variables', async () => {
    expect(await run(yaml(5))).toMatchObject([{ name: 'sums a minute', status: 'passed' }]);
  });

  it('fails with expected and got when they differ', async () => {
    const [result] = await run(yaml(6));
    expect(result).toMatchObject({ status: 'failed', reason: 'topic SUMS, record 1: the value differs' });
    expect(result?.expected).toContain('{"TOTAL":6}');
    expect(result?.got).toContain('{"TOTAL":5}');
  });

  it('refuses unknown fields and missing files, naming the file', async () => {
    await expect(run('name: x\nstatement: []\n')).rejects.toThrow(
      /sums\.test\.yaml: "x" has unknown fields statement/,
    );
    await expect(run('statements: [{ file: no.sql }]')).rejects.toThrow(/no file no\.sql/);
  });

  it('points at a mistake in YAML', async () => {
    await expect(run('name: [x\n')).rejects.toThrow(/sums\.test\.yaml:\d+:\d+: /);
  });
});
