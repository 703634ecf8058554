import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { INSTALL_PARTS, install, projectRoot, readSettings } from '../../../lab';
import { UPKEEP_RULES } from '../../../stacks/upkeep-job';
import { latest, surviving } from './reference';
import type { ChangelogRow, Cutoffs } from './reference';

jest.setTimeout(180_000);

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const BATCHES = 6;
const ROWS = 80;
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const dayAgo = (days: number): string => new Date(TODAY - days * DAY_MS).toISOString().slice(0, 10);

interface TableCase {
  readonly name: string;
  readonly changelog: 'keys' | 'windows';
  readonly supersededDays?: number;
  readonly keepDays?: number;
  readonly batches: readonly (readonly ChangelogRow[])[];
}

/** Seeded, so that a failure comes again: https://en.wikipedia.org/wiki/Linear_congruential_generator. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Thirty days of changes, mostly in order of time: replays and late records come back to days before. */
function changes(changelog: TableCase['changelog'], seed: number): ChangelogRow[][] {
  const below = random(seed);
  return Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: ROWS }, (_row, n): ChangelogRow => {
      const ago = Math.max(0, Math.min(30, 30 - 5 * batch + below(4) + (below(20) === 0 ? below(25) : 0)));
      const day = Math.floor(ago);
      const key = below(60) === 0 ? null : `key-${below(changelog === 'keys' ? 25 : 6)}`;
      const row = { key, offset: batch * ROWS + n, dt: dayAgo(day), deleted: below(8) === 0 };
      if (changelog === 'keys') return row;
      const start = TODAY - day * DAY_MS + below(4) * 6 * HOUR_MS - (below(3) === 0 ? DAY_MS : 0);
      return { ...row, key: key ?? 'key-0', start, end: start + HOUR_MS };
    }),
  );
}

const CASES: readonly TableCase[] = [
  { name: 'c.both', changelog: 'keys', supersededDays: 5, keepDays: 15, batches: changes('keys', 1) },
  { name: 'c.for_ever', changelog: 'keys', supersededDays: 5, batches: changes('keys', 2) },
  { name: 'c.rows_only', changelog: 'keys', keepDays: 10, batches: changes('keys', 3) },
  { name: 'c.w_both', changelog: 'windows', supersededDays: 5, keepDays: 15, batches: changes('windows', 4) },
  { name: 'c.w_for_ever', changelog: 'windows', supersededDays: 5, batches: changes('windows', 5) },
  { name: 'c.w_rows_only', changelog: 'windows', keepDays: 10, batches: changes('windows', 6) },
  { name: 'c.young', changelog: 'keys', supersededDays: 50, keepDays: 60, batches: changes('keys', 7) },
];

const aDayLater = (it: TableCase): TableCase => ({
  ...it,
  ...(it.supersededDays === undefined ? {} : { supersededDays: it.supersededDays - 1 }),
  ...(it.keepDays === undefined ? {} : { keepDays: it.keepDays - 1 }),
});
const PROGRAM = 'tests/lake/changelog/ChangelogTable.java';

/** The declared time of rows, carried out on real tables without a platform. */
describe('the time of rows of a changelog', () => {
  let folder: string;
  let jars: string;
  let first: readonly Report[];
  let second: readonly Report[];
  let third: readonly Report[];
  let found: ReadonlyMap<string, Found>;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'naap-changelog-'));
    const sink = INSTALL_PARTS.find(({ name }) => name === 'iceberg-sink')!;
    jars = path.join((await install(readSettings(), sink)).folder, 'lib');
    await java(PROGRAM, 'write', CASES);
    // Once, the same day again, and the next day.
    const tasks = [...CASES, ...CASES, ...CASES.map(aDayLater)];
    const reports = (await java('lake/upkeep/Upkeep.java', '', tasks)) as Report[];
    [first, second, third] = [0, 1, 2].map((run) =>
      reports.slice(run * CASES.length, (run + 1) * CASES.length),
    ) as [Report[], Report[], Report[]];
    const read = (await java(PROGRAM, 'read', CASES)) as Found[];
    found = new Map(read.map((it) => [it.table, it]));
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const cutoffs = ({ supersededDays, keepDays }: TableCase): Cutoffs => ({
    ...(supersededDays === undefined ? {} : { superseded: dayAgo(supersededDays) }),
    ...(keepDays === undefined ? {} : { rows: dayAgo(keepDays) }),
  });

  test.each(CASES)('$name: exactly the rows that still count are left, on each day', (it) => {
    const rows = it.batches.flat();
    const [wanted, wantedLater] = [it, aDayLater(it)].map((one) => surviving(rows, cutoffs(one))) as [
      number[],
      number[],
    ];
    expect(reportOf(first, it)).toMatchObject({ droppedRows: rows.length - wanted.length });
    expect(reportOf(third, it)).toMatchObject({ droppedRows: wanted.length - wantedLater.length });
    expect(offsetsOf(it)).toEqual(wantedLater);
    // A case in which nothing could go wrong would prove nothing.
    if (it.name !== 'c.young') expect(wanted.length).toBeLessThan(rows.length - 50);
  });

  test.each(CASES.filter(({ keepDays }) => keepDays === undefined))(
    '$name: the newest row of each key is what it was',
    (it) => {
      const rows = it.batches.flat();
      const left = new Set(offsetsOf(it));
      expect(latest(rows.filter(({ offset }) => left.has(offset)))).toEqual(latest(rows));
    },
  );

  test.each(CASES)('$name: no key shows a row that was replaced', (it) => {
    const rows = it.batches.flat();
    const left = new Set(offsetsOf(it));
    const before = new Set(latest(rows));
    expect(latest(rows.filter(({ offset }) => left.has(offset))).filter((row) => !before.has(row))).toEqual(
      [],
    );
  });

  test.each(CASES)('$name: the sink’s note is still there, and the same day nothing more goes', (it) => {
    expect(found.get(it.name)!.note).toBe(`{"0":${it.batches.length - 1}}`);
    expect(reportOf(second, it).error).toBeUndefined();
    expect(reportOf(second, it).droppedRows ?? 0).toBe(0);
  });

  const reportOf = (reports: readonly Report[], { name }: TableCase): Report =>
    reports.find(({ table }) => table === name)!;
  const offsetsOf = ({ name }: TableCase): number[] => found.get(name)!.offsets.toSorted((a, b) => a - b);

  /** Runs a source file with the task of these tables; one object a line of its answer. */
  function java(file: string, mode: string, tables: readonly TableCase[]): Promise<unknown[]> {
    const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, path.join(projectRoot(), file), ...(mode ? [mode] : [])]); // prettier-ignore
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdin.end(JSON.stringify({ ...UPKEEP_RULES, dryRun: false, ...task(tables) }));
    return new Promise<unknown[]>((resolve, reject) => {
      child.once('close', (code) => {
        const lines = out.split('\n').filter((line) => line.startsWith('{'));
        if (code === 0) resolve(lines.map((line) => JSON.parse(line) as unknown));
        else reject(new Error(`${file} ended with ${code}:\n${out}\n${errors.slice(-3_000)}`));
      });
    });
  }

  function task(of: readonly TableCase[]): object {
    const catalog = {
      'catalog-impl': 'org.apache.iceberg.jdbc.JdbcCatalog',
      uri: `jdbc:sqlite:${path.join(folder, 'catalog.db')}`,
      'jdbc.schema-version': 'V1',
      warehouse: path.join(folder, 'warehouse'),
      'io-impl': 'org.apache.iceberg.hadoop.HadoopFileIO',
    };
    const tables = of.map(({ supersededDays, keepDays, ...rest }) => ({
      ...rest,
      catalog,
      ...(supersededDays === undefined ? {} : { supersededMs: supersededDays * DAY_MS }),
      ...(keepDays === undefined ? {} : { keepMs: keepDays * DAY_MS }),
    }));
    return { catalog, tables };
  }
});

interface Report {
  readonly table: string;
  readonly droppedRows?: number;
  readonly error?: string;
}

interface Found {
  readonly table: string;
  readonly note: string;
  readonly offsets: readonly number[];
}
