import { loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlContext, SqlFile } from '../../resources/query/sql-files';
import { versionNamed } from '../../resources/query/named-version';
import { parseVersions } from '../../resources/query/versions';
import type { Versions } from '../../resources/query/versions';
import { chainOf } from './chain';
import { candidates, cutOver, retire, stepBack } from './steps';
import { withVersions } from './versions-file';

/** Files that ran before anybody thought of versions: what they are called stays, and the next version stands beside them. */
const UNTIL = '2026-01-02T00:00:00.000Z';
const file = (name: string, text: string): SqlFile => ({ path: `ksql/silver/${name}.sql`, text });
const NAMED = (from: string, topic = 'silver.${name}.v${version}'): string =>
  `CREATE STREAM \${name} WITH (KAFKA_TOPIC='${topic}', VALUE_FORMAT='JSON') AS SELECT k, v FROM ${from} EMIT CHANGES;`;
const source = file(
  'line',
  "CREATE STREAM line (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='telemetry.line.v1', VALUE_FORMAT='JSON');",
);
const ready = (name: string, from: string): SqlFile => file(name, NAMED(from, `silver.${name}.v\${version}`));
const windows = { '1m': { size: '1 MINUTES' } };
const context = (versions: Versions = {}): SqlContext => ({ variables: {}, windows, versions });
const made = (files: readonly SqlFile[], versions: Versions): string[] =>
  loadSqlFiles(files, context(versions)).map(
    ({ name, dependsOn, statements }) =>
      `${name} < ${dependsOn.join()} > ${statements.flatMap(({ facts }) => facts.writesTopic ?? facts.readsTopic ?? []).join()}`,
  );
const obstacles = (name: string, files: readonly SqlFile[], versions: Versions = {}): readonly string[] =>
  chainOf(name, { files, context: context(versions) }).obstacles;

describe('the first versions', () => {
  const files = [source, ready('a', 'line'), ready('b', '${a}'), ready('c', '${a}'), ready('d', '${b}')];
  const chain = chainOf('a', { files, context: context() });
  const started = candidates(chain.versions, chain.names);

  it('are found for the file and for all its readers', () => {
    expect(chain).toEqual({
      names: ['a', 'b', 'c', 'd'],
      obstacles: [],
      versions: Object.fromEntries(chain.names.map((name) => [name, { running: 1, plain: 1 }])),
    });
  });

  it('keep their names, topics and readers, beside the next ones that read each other', () => {
    expect(made(files, {}).filter((line) => !line.startsWith('LINE'))).toEqual(
      ['A < LINE > a', 'B < A > b', 'C < A > c', 'D < B > d'].map((line) =>
        line.replace(/> (.)$/, '> silver.$1.v1'),
      ),
    );
    expect(made(files, started)).toEqual([
      'LINE <  > telemetry.line.v1',
      'A < LINE > silver.a.v1',
      'A_V2 < LINE > silver.a.v2',
      'B < A > silver.b.v1',
      'B_V2 < A_V2 > silver.b.v2',
      'C < A > silver.c.v1',
      'C_V2 < A_V2 > silver.c.v2',
      'D < B > silver.d.v1',
      'D_V2 < B_V2 > silver.d.v2',
    ]);
  });

  it('go through every step, and are known by their plain name to the end', () => {
    const moved = cutOver(started, chain.names, UNTIL);
    expect(moved.a).toEqual({ running: 2, retiring: [{ version: 1, until: UNTIL }], plain: 1 });
    expect(made(files, moved)).toEqual(made(files, started));
    expect(stepBack(moved, chain.names)).toEqual(started);
    expect(stepBack(started, chain.names)).toEqual(chain.versions);
    const retired = retire(moved, chain.names, UNTIL);
    expect(retired.a).toEqual({ running: 2, plain: 1 });
    expect(made(files, retired)).toContain('D_V2 < B_V2 > silver.d.v2');
    expect(made(files, retired).join()).not.toContain('D <');
    expect(versionNamed('a', retired)).toEqual({ object: 'a', version: 1 });
    expect(versionNamed('a_v2', retired)).toEqual({ object: 'a', window: undefined, version: 2 });
    expect(versionNamed('line', retired)).toBeUndefined();
    expect(candidates(retired, ['a']).a).toEqual({ running: 2, candidate: 3, plain: 1 });
  });

  it('are written and read back', () => {
    const text = withVersions('# Why.\nother: 3\n', { other: { running: 3 }, ...started });
    expect(text).toContain('# Why.\nother: 3\na: { running: 1, candidate: 2, plain: 1 }\n');
    expect(parseVersions(text, 'f')).toEqual({ other: { running: 3 }, ...started });
  });

  it('of a file with windows have numbers already', () => {
    const text =
      "-- windows: 1m\nCREATE TABLE ${name} WITH (KAFKA_TOPIC='gold.w_${window}.v${version}', VALUE_FORMAT='JSON') AS SELECT k, COUNT(*) AS n FROM ${a} GROUP BY k EMIT CHANGES;";
    const all = [source, ready('a', 'line'), file('w', text)];
    const { versions, names } = chainOf('w', { files: all, context: context() });
    expect(versions).toEqual({ w: { running: 1 } });
    expect(made(all, candidates(versions, names)).filter((line) => line.startsWith('W'))).toEqual([
      'W_1M_V1 < A > gold.w_1m.v1',
      'W_1M_V2 < A > gold.w_1m.v2',
    ]);
  });
});

describe('a stream that others insert into', () => {
  const target = file(
    't',
    "CREATE STREAM ${name} (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='silver.t.v${version}', PARTITIONS=1, VALUE_FORMAT='JSON');",
  );
  const insert = (name: string, from: string): SqlFile =>
    file(name, `INSERT INTO \${t} SELECT k, v FROM ${from} EMIT CHANGES;`);
  const files = [
    source,
    ready('a', 'line'),
    target,
    insert('t_from_a', '${a}'),
    insert('t_from_line', 'line'),
    ready('r', '${t}'),
  ];

  it('comes along with what is inserted, and so does all else that is inserted there, and its readers', () => {
    const { names, obstacles: none, versions } = chainOf('a', { files, context: context() });
    expect([...names].sort()).toEqual(['a', 'r', 't', 't_from_a', 't_from_line']);
    expect(none).toEqual([]);
    const next = loadSqlFiles(files, context(candidates(versions, names)));
    expect(
      next
        .filter(({ version }) => version === 2)
        .map(({ name, dependsOn }) => `${name} < ${[...dependsOn].sort().join()}`)
        .sort(),
    ).toEqual([
      'A_V2 < LINE',
      'R_V2 < T_V2',
      'T_FROM_A_V2 < A_V2,T_V2',
      'T_FROM_LINE_V2 < LINE,T_V2',
      'T_V2 < ',
    ]);
  });

  it('cannot be versioned where others write its topic as well', () => {
    const { obstacles: found } = chainOf('a', {
      files: files.map((one) =>
        one === target ? { ...one, text: one.text.replace('v${version}', 'v1') } : one,
      ),
      context: context(),
      rawTopics: ['silver.t.v1'],
    });
    expect(found).toEqual(
      ['a', 'line'].map(
        (from) =>
          `ksql/silver/t_from_${from}.sql inserts into silver.t.v1, which others write as well, so that no second version can stand beside it: end its query (TERMINATE), and the next apply starts it as it is written`,
      ),
    );
  });

  it('must have a topic a version: two flows would mix in it', () => {
    const shared = { ...target, text: target.text.replace('v${version}', 'v1') };
    expect(
      obstacles(
        'a',
        files.map((one) => (one === target ? shared : one)),
      ),
    ).toEqual(['ksql/silver/t.sql writes topic silver.t.v1 in every version: write silver.t.v${version}']);
  });
});

describe('what stops a chain is named, with what to write', () => {
  it.each<[string, SqlFile[], string[]]>([
    [
      'a name that is spelt out',
      [source, file('a', NAMED('line', 'silver.a.v${version}').replace('${name}', 'a'))],
      ['ksql/silver/a.sql makes a: write ${name}, so that each version has its own'],
    ],
    [
      'a topic that is spelt out',
      [source, file('a', NAMED('line', 'silver.a.v1'))],
      ['ksql/silver/a.sql writes topic silver.a.v1 in every version: write silver.a.v${version}'],
    ],
    [
      'a topic without a number',
      [source, file('a', NAMED('line', 'things'))],
      ['ksql/silver/a.sql writes topic things in every version: write things.v${version}'],
    ],
    [
      'a reader that names what it reads',
      [source, ready('a', 'line'), ready('b', 'a')],
      ['ksql/silver/b.sql names a: write ${a}, so that each version reads its own'],
    ],
    [
      'a source over the topic of another',
      [
        source,
        ready('a', 'line'),
        file(
          'b',
          "CREATE STREAM ${name} (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='silver.a.v1', VALUE_FORMAT='JSON');",
        ),
      ],
      [
        'ksql/silver/b.sql names topic silver.a.v1: write silver.a.v${a_version}, so that each version reads its own',
      ],
    ],
  ])('%s', (_what, files, expected) => expect(obstacles('a', files)).toEqual(expected));

  it('and what it says helps', () => {
    const over =
      "CREATE STREAM ${name} (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='silver.a.v${a_version}', VALUE_FORMAT='JSON');";
    const files = [source, ready('a', 'line'), file('b', over), ready('c', '${b}')];
    const { names, versions, obstacles: none } = chainOf('a', { files, context: context() });
    expect(none).toEqual([]);
    expect(made(files, candidates(versions, names)).filter((line) => line.startsWith('B'))).toEqual([
      'B < A > silver.a.v1',
      'B_V2 < A_V2 > silver.a.v2',
    ]);
  });

  it('a name that no file has', () => {
    expect(() => obstacles('nothing', [source])).toThrow('"nothing" is no file of ksql/; there are line');
  });
});
