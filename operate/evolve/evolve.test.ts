import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile } from '../../resources/query/sql-files';
import { chainOf } from './chain';
import { compareReadings } from './parity';
import { candidates, cutOver, inMotion, retire, stepBack } from './steps';
import { dropText, keepText, keptFile, withVersions, writeVersions } from './versions-file';

const UNTIL = '2026-01-02T00:00:00.000Z';

describe('the steps', () => {
  const before = { a: { running: 1 }, b: { running: 3 }, c: { running: 1 } };
  const names = ['a', 'b'];
  const started = candidates(before, names);
  const moved = cutOver(started, names, UNTIL);

  it('declare the next version, once', () => {
    expect(started).toEqual({
      a: { running: 1, candidate: 2 },
      b: { running: 3, candidate: 4 },
      c: { running: 1 },
    });
    expect(candidates(started, names)).toEqual(started);
  });
  it('move readers, once', () => {
    expect(moved.a).toEqual({ running: 2, retiring: [{ version: 1, until: UNTIL }] });
    expect(cutOver(moved, names, UNTIL)).toEqual(moved);
  });
  it('retire when the time has come, and not before', () => {
    expect(retire(moved, names, '2026-01-01T00:00:00.000Z')).toEqual(moved);
    const retired = retire(moved, names, UNTIL);
    expect(retired).toEqual({ a: { running: 2 }, b: { running: 4 }, c: { running: 1 } });
    expect(retire(retired, names, UNTIL)).toEqual(retired);
  });
  it('can be undone until retirement: first the cut-over, then the candidate', () => {
    expect(stepBack(moved, names)).toEqual(started);
    expect(stepBack(stepBack(moved, names), names)).toEqual(before);
  });
  it('count from the highest version there is', () => {
    expect(candidates({ a: { running: 2, retiring: [{ version: 5 }] } }, ['a']).a).toMatchObject({
      candidate: 6,
    });
  });
  it('say what is between two of them', () => {
    expect([before, started, moved].map(inMotion)).toEqual([[], names, names]);
  });
});

describe('the versions file', () => {
  const text = '# Why.\na: { running: 1 }\nb: 2 # note\nc: { running: 1 }\n';

  it('keeps comments and all that does not change', () => {
    const next = withVersions(text, {
      a: { running: 1, candidate: 2 },
      b: { running: 2 },
      c: { running: 1 },
    });
    expect(next).toBe('# Why.\na: { running: 1, candidate: 2 }\nb: 2 # note\nc: { running: 1 }\n');
  });
  it('reads back what it wrote, with dates', () => {
    const moved = {
      a: { running: 2, retiring: [{ version: 1, until: UNTIL }] },
      b: { running: 2 },
      c: { running: 1 },
    };
    expect(withVersions(withVersions(text, moved), moved)).toBe(withVersions(text, moved));
    expect(withVersions(text, moved)).toContain(
      'a: { running: 2, retiring: [ { version: 1, until: 2026-01-02',
    );
  });

  it('is written whole, and the text of a version is kept once', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'naap-evolve-'));
    mkdirSync(path.join(root, 'ksql/gold'), { recursive: true });
    writeFileSync(path.join(root, 'ksql/versions.yaml'), text);
    writeVersions(root, { a: { running: 2 }, b: { running: 2 }, c: { running: 1 } });
    keepText(root, 'ksql/gold/a.sql', 1, 'first');
    keepText(root, 'ksql/gold/a.sql', 1, 'second');
    expect(readFileSync(path.join(root, 'ksql/versions.yaml'), 'utf8')).toContain('a: { running: 2 }');
    expect(readFileSync(path.join(root, keptFile('ksql/gold/a.sql', 1)), 'utf8')).toBe('first');
    dropText(root, 'ksql/gold/a.sql', 1);
    dropText(root, 'ksql/gold/a.sql', 1);
    rmSync(root, { recursive: true });
  });
});

describe('a chain', () => {
  const file = (name: string, from: string): SqlFile => ({
    path: `ksql/gold/${name}.sql`,
    text: `CREATE TABLE \${name} WITH (KAFKA_TOPIC='${name}.v\${version}', VALUE_FORMAT='JSON') AS SELECT k, COUNT(*) AS n FROM ${from} GROUP BY k EMIT CHANGES;`,
  });
  const source: SqlFile = {
    path: 'ksql/bronze/s.sql',
    text: "CREATE STREAM s (k STRING KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');",
  };
  const context = (...names: string[]): SqlContext => ({
    variables: {},
    windows: {},
    versions: Object.fromEntries(names.map((name) => [name, { running: 1 }])),
  });

  it('holds all that read the file, in order', () => {
    const files = [source, file('c', '${b}'), file('a', 's'), file('b', '${a}'), file('other', 's')];
    expect(chainOf('a', { files, context: context('a', 'b', 'c', 'other') })).toMatchObject({
      names: ['a', 'b', 'c'],
      obstacles: [],
    });
  });
  it('has candidates read candidates, and running ones go on with running ones', () => {
    const files = [source, file('a', 's'), file('b', '${a}')];
    const versions = candidates(context('a', 'b').versions, ['a', 'b']);
    const made = loadSqlFiles(files, { ...context(), versions });
    expect(made.map(({ name, dependsOn }) => `${name} < ${dependsOn.join()}`)).toEqual([
      'S < ',
      'A_V1 < S',
      'A_V2 < S',
      'B_V1 < A_V1',
      'B_V2 < A_V2',
    ]);
    const moved = loadSqlFiles(files, { ...context(), versions: cutOver(versions, ['a', 'b'], UNTIL) });
    expect(moved.map(({ name, dependsOn }) => `${name} < ${dependsOn.join()}`)).toEqual([
      'S < ',
      'A_V1 < S',
      'A_V2 < S',
      'B_V1 < A_V1',
      'B_V2 < A_V2',
    ]);
  });
  it('stops at a file that names a version', () => {
    const files = [source, file('a', 's'), file('b', 'a_v1')];
    expect(chainOf('a', { files, context: context('a', 'b') }).obstacles).toEqual([
      'ksql/gold/b.sql names a_v1: write ${a}, so that each version reads its own',
    ]);
  });
});

describe('parity', () => {
  const rows = (...values: unknown[][]) => ({
    columns: [
      { name: 'K', isKey: true },
      { name: 'N', isKey: false },
    ],
    rows: values,
  });
  const old = rows(['a', 1], ['b', 2], ['c', 0.3]);

  it('counts what is equal, differing, missing and added', () => {
    const reading = { old, next: rows(['a', 1], ['b', 3], ['d', 1]) };
    expect(compareReadings(reading, reading)).toMatchObject({
      equal: 1,
      differing: [{ key: 'b', columns: { N: [2, 3] } }],
      missing: ['c'],
      added: ['d'],
      moving: 0,
    });
  });
  it('takes sums of doubles in another order for equal', () => {
    const reading = { old, next: rows(['a', 1], ['b', 2], ['c', 0.1 + 0.2]) };
    expect(compareReadings(reading, reading)).toMatchObject({ equal: 3, differing: [] });
  });
  it('leaves out what traffic changes between two readings, and what has just arrived', () => {
    const first = { old: rows(['a', 1]), next: rows(['a', 1]) };
    const second = { old: rows(['a', 3], ['new', 1]), next: rows(['a', 2]) };
    expect(compareReadings(first, second)).toMatchObject({ equal: 0, differing: [], moving: 1, missing: [] });
  });
  it('names columns that only one has, and compares the others', () => {
    const wider = {
      columns: [...old.columns, { name: 'M', isKey: false }],
      rows: old.rows.map((row) => [...row, 7]),
    };
    const reading = { old, next: wider };
    expect(compareReadings(reading, reading)).toMatchObject({ equal: 3, onlyOld: [], onlyNew: ['M'] });
  });
});
