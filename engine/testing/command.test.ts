import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(__dirname, 'main.ts');
const TSX = join(__dirname, '../../node_modules/.bin/tsx');

/** A file with one case: what comes out of a stream of numbers that are doubled. */
const doubled = (expected: number) => ({
  tests: [
    {
      name: 'doubles',
      format: ['JSON', 'AVRO'],
      statements: [
        "CREATE STREAM n (k STRING KEY, v INT) WITH (KAFKA_TOPIC='n', VALUE_FORMAT='{FORMAT}');",
        "CREATE STREAM twice WITH (KAFKA_TOPIC='twice') AS SELECT k, v * 2 AS w FROM n;",
      ],
      inputs: [{ topic: 'n', key: 'a', value: { V: 4 } }],
      outputs: [{ topic: 'twice', key: 'a', value: { W: expected } }],
    },
  ],
});
/** A case of the REST suite: a server is asked. */
const ASKED = {
  tests: [
    {
      name: 'is asked',
      statements: [
        "CREATE STREAM n (k STRING KEY, v INT) WITH (KAFKA_TOPIC='n', VALUE_FORMAT='JSON');",
        'CREATE TABLE c AS SELECT k, COUNT(*) AS c FROM n GROUP BY k;',
        "SELECT * FROM c WHERE k = 'a';",
      ],
      inputs: [{ topic: 'n', key: 'a', value: { V: 4 } }],
      responses: [
        { admin: { '@type': 'currentStatus' } },
        { admin: { '@type': 'currentStatus' } },
        {
          query: [{ header: { schema: '`K` STRING KEY, `C` BIGINT' } }, { row: { columns: ['a', 1] } }],
        },
      ],
    },
    {
      name: 'is refused',
      statements: ['SELECT * FROM nowhere;'],
      expectedError: { message: 'NOWHERE does not exist', status: 400 },
    },
  ],
};

describe('the test command', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ksql-test-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  const run = (...args: string[]): Promise<{ code: number; out: string; errors: string }> =>
    new Promise((resolve) => {
      execFile(TSX, [MAIN, folder, ...args], (error, out, errors) =>
        resolve({ code: Number(error?.code ?? 0), out, errors }),
      );
    });

  it('runs files of both suites in several processes, and writes one row a case in the order of the files', async () => {
    write('a.json', doubled(8));
    write('b.json', ASKED);
    write('c.json', doubled(9));
    const { code, out } = await run('--jobs', '3', '--json', join(folder, 'rows.out'));
    expect(code).toBe(1);
    expect(out.trim().split('\n').at(-1)).toBe('4 passed, 2 failed, 0 skipped');
    expect(out).toContain('FAILED c.json: doubles [JSON]');
    const rows = JSON.parse(readFileSync(join(folder, 'rows.out'), 'utf8')) as { reason: string | null }[];
    expect(rows.map((row) => ({ ...row, reason: row.reason?.split('\n')[0] ?? null }))).toEqual([
      { file: 'a.json', name: 'doubles', format: 'JSON', status: 'passed', reason: null },
      { file: 'a.json', name: 'doubles', format: 'AVRO', status: 'passed', reason: null },
      { file: 'b.json', name: 'is asked', format: null, status: 'passed', reason: null },
      { file: 'b.json', name: 'is refused', format: null, status: 'passed', reason: null },
      ...['JSON', 'AVRO'].map((format) => ({
        file: 'c.json',
        name: 'doubles',
        format,
        status: 'failed',
        reason: 'topic twice, record 0: the value differs',
      })),
    ]);
  }, 30_000);

  it.each([
    ['text that is no JSON', '{"tests": [\n  {"name" "x"}\n]}', /bad\.json:2:11: not JSON: expected/],
    ['a file of another shape', { cases: [] }, /bad\.json: expected an object with a list "tests"/],
    [
      'a case without statements',
      { tests: [{ name: 'x' }] },
      /bad\.json: tests\[0\]\.statements \(x\): expected/,
    ],
  ])(
    'refuses %s, naming the place',
    async (_what, content, message) => {
      write('bad.json', content);
      const { code, errors } = await run('--jobs', '1');
      expect(code).toBe(2);
      expect(errors).toMatch(message);
    },
    30_000,
  );
});
