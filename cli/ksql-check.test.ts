import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { UsageError } from './exit-codes';
import { checkPaths, registerKsqlCheck } from './ksql-check';
import { registerKsqlGraph } from './ksql-graph';
import { readSqlFiles } from './ksql/sql-paths';

const ROOT = path.resolve(__dirname, '..');
const GOOD = "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');";
const BAD = 'CREATE STREAM s (a INT;';

let folder: string;
const printed: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'naap-check-'));
  printed.length = 0;
  process.env.NAAP_ROOT = ROOT;
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  delete process.env.NAAP_ROOT;
  process.exitCode = 0;
  jest.restoreAllMocks();
});

/** Runs `naap ksql …` and gives its exit code. */
async function run(...args: string[]): Promise<number | string | undefined> {
  const program = new Command('naap').exitOverride();
  registerKsqlCheck(program);
  registerKsqlGraph(program);
  process.exitCode = 0;
  await program.parseAsync(['ksql', ...args], { from: 'user' });
  return process.exitCode;
}

describe('ksql check', () => {
  it('ends with 0 and a summary where nothing is wrong', async () => {
    writeFileSync(path.join(folder, 'a.sql'), GOOD);
    expect(await run('check', folder)).toBe(0);
    expect(printed).toEqual(['1 statement: 0 errors, 0 warnings']);
  });

  it('ends with 1 and places where something is wrong, as text and as JSON', async () => {
    writeFileSync(path.join(folder, 'a.sql'), BAD);
    expect(await run('check', folder)).toBe(1);
    expect(printed[0]).toContain("a.sql:1:23: error KE1001: Syntax Error\n    Expecting {',', ')'}");
    expect(await run('check', '--json', folder)).toBe(1);
    expect(JSON.parse(printed[1]!)).toMatchObject({
      errors: 1,
      warnings: 0,
      diagnostics: [
        { code: 'KE1001', severity: 'error', line: 1, column: 23, file: path.join(folder, 'a.sql') },
      ],
    });
  });

  it('lets warnings pass unless it is strict', async () => {
    writeFileSync(path.join(folder, 'a.sql'), "SET 'auto.offset.reset' = 'earliest';");
    expect(await run('check', folder)).toBe(0);
    expect(await run('check', '--strict', folder)).toBe(1);
  });

  it('takes values of variables', async () => {
    writeFileSync(path.join(folder, 'a.sql'), GOOD.replace("'s'", "'${t}'"));
    expect(await run('check', folder)).toBe(1);
    expect(await run('check', folder, '--define', 't=x', '--define', 'u=y')).toBe(0);
  });

  it.each([
    ['a path that is not there', ['check', '/no/such/path']],
    ['an environment that is not there', ['check', '--env', 'nowhere']],
    ['a definition without a value', ['check', '--define', 'x']],
  ])('calls %s wrong usage', async (_, args) => {
    await expect(run(...args)).rejects.toThrow(UsageError);
  });

  it('finds no mistake in the project’s own files, in any environment', () => {
    for (const env of ['dev', 'staging', 'prod']) {
      const { diagnostics, statements } = checkPaths(ROOT, [path.join(ROOT, 'ksql')], { env, define: {} });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(statements).toBeGreaterThan(10);
    }
  });
});

describe('ksql graph', () => {
  it('draws in the format that is asked for', async () => {
    writeFileSync(path.join(folder, 'a.sql'), GOOD);
    expect(await run('graph', folder)).toBe(0);
    expect(await run('graph', folder, '--format', 'dot')).toBe(0);
    expect(printed.map((text) => text.split('\n')[0])).toEqual(['flowchart LR', 'digraph lineage {']);
    const svg = path.join(folder, 'lineage.svg');
    expect(await run('graph', folder, '--format', 'svg', '--out', svg)).toBe(0);
    expect(readFileSync(svg, 'utf8')).toContain('</svg>');
    await expect(run('graph', folder, '--format', 'png')).rejects.toThrow(/expected mermaid, dot, svg, json/);
  });
});

describe('readSqlFiles', () => {
  it('finds files below folders, each once, in order', () => {
    mkdirSync(path.join(folder, 'x'));
    for (const name of ['b.sql', 'x/a.sql', 'x/note.md']) writeFileSync(path.join(folder, name), GOOD);
    const paths = readSqlFiles(folder, ['.', 'b.sql'], folder).map((file) => file.path);
    expect(paths).toEqual(['b.sql', 'x/a.sql']);
  });
});
