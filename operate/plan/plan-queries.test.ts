import { createSource, parseStatements } from '../../engine/index';
import type { DeclaredQuery, LiveObject } from '../../resources/query/query';
import { statementFacts } from '../../resources/query/statement-facts';
import { emptyWorld, worldAfter } from '../sql/world';
import { internalTopics } from '../sql/cost';
import type { KsqldbClient } from '../../resources/query/ksqldb-client';
import type { Versions } from '../../resources/query/versions';
import { NEVER_THERE } from '../access/dry-run';
import { planQueries } from './plan-queries';

const SOURCE =
  "CREATE STREAM s (k STRING KEY, a INT) WITH (KAFKA_TOPIC='s', PARTITIONS=4, VALUE_FORMAT='JSON');";
const WINDOW = 'WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE)';
const table = (name: string, select: string, from = 's', window = WINDOW): string =>
  `CREATE TABLE ${name} WITH (KAFKA_TOPIC='${name}', PARTITIONS=4, REPLICAS=1, VALUE_FORMAT='JSON') AS SELECT k, ${select} FROM ${from} ${window} GROUP BY k EMIT CHANGES;`;
const stream = (name: string, where: string): string =>
  `CREATE STREAM ${name} WITH (KAFKA_TOPIC='${name}', PARTITIONS=4, REPLICAS=1, VALUE_FORMAT='JSON') AS SELECT k, a FROM s WHERE ${where} EMIT CHANGES;`;

function declared(name: string, text: string): DeclaredQuery {
  const [parsed] = parseStatements(createSource(text));
  const facts = statementFacts(parsed!.statement)!;
  return {
    name,
    file: `ksql/gold/${name.toLowerCase().replace(/_v\d+$/, '')}.sql`,
    reads: [],
    statements: [{ text, properties: {}, facts }],
  };
}
function running(text: string, state = 'RUNNING'): LiveObject {
  return { statement: text, queries: [{ id: 'Q_1', text, state, sinks: [] }] };
}

/** Plans `declaredTexts` where `liveTexts` run. */
function plan(
  declaredTexts: Record<string, string>,
  liveTexts: Record<string, string>,
  versions: Versions = {},
  state = 'RUNNING',
) {
  const source = { statement: SOURCE, queries: [] };
  const live = Object.entries(liveTexts).map(([name, text]) => [name, running(text, state)] as const);
  const empty = emptyWorld({ topics: new Map(), schemas: new Map() });
  return planQueries({
    queries: [
      declared('S', SOURCE),
      ...Object.entries(declaredTexts).map(([name, text]) => declared(name, text)),
    ],
    live: new Map<string, LiveObject>([['S', source], ...live]),
    sources: ['S', ...Object.keys(liveTexts)],
    running: worldAfter(
      empty,
      [SOURCE, ...Object.values(liveTexts)].map((text) => ({ text, properties: {} })),
    ),
    versions,
  });
}
const actions = async (...args: Parameters<typeof plan>) =>
  (await plan(...args)).entries
    .filter(({ name }) => name !== 'S')
    .map(({ name, action }) => `${action} ${name}`);

const T1 = table('t_v1', 'COUNT(*) AS n');
const T1_CHANGED = table('t_v1', 'COUNT(*) AS n, SUM(a) AS total');
const VERSIONS = { t: { running: 1 } };

describe('a declared query', () => {
  it('is created where nothing runs', async () => {
    expect(await actions({ T_V1: T1 }, {}, VERSIONS)).toEqual(['create T_V1']);
  });
  it('stays where the same runs, however it is written', async () => {
    const rewritten = T1.replace(/\s+/g, '  ').replace(
      "KAFKA_TOPIC='t_v1'",
      "CLEANUP_POLICY='compact,delete', KAFKA_TOPIC='t_v1'",
    );
    expect(await actions({ T_V1: T1 }, { T_V1: rewritten }, VERSIONS)).toEqual(['unchanged T_V1']);
  });
  it('is changed in place where ksqlDB can', async () => {
    expect(await actions({ F: stream('f', 'a > 2') }, { F: stream('f', 'a > 1') })).toEqual(['in place F']);
  });
  it('that aggregates is changed in place where ksqlDB can, as an apply does it', async () => {
    const sum = (having: string): string =>
      `CREATE TABLE u WITH (KAFKA_TOPIC='u', PARTITIONS=4, REPLICAS=1, VALUE_FORMAT='JSON') AS SELECT k, SUM(a) AS n FROM s GROUP BY k HAVING SUM(a) > ${having} EMIT CHANGES;`;
    expect(await actions({ U: sum('2') }, { U: sum('1') })).toEqual(['in place U']);
  });
  it('is refused where it says another retention, cleanup or format', async () => {
    for (const [before, after] of [
      ["VALUE_FORMAT='JSON'", "VALUE_FORMAT='AVRO'"],
      ["VALUE_FORMAT='JSON', RETENTION_MS=1000", "VALUE_FORMAT='JSON', RETENTION_MS=2000"],
      ["VALUE_FORMAT='JSON', CLEANUP_POLICY='delete'", "VALUE_FORMAT='JSON', CLEANUP_POLICY='compact'"],
    ] as const) {
      const text = stream('f', 'a > 1');
      const { entries } = await plan(
        { F: text.replace("VALUE_FORMAT='JSON'", after) },
        { F: text.replace("VALUE_FORMAT='JSON'", before) },
      );
      expect(entries.at(-1)).toMatchObject({ name: 'F', action: 'refused' });
    }
  });
  it('is refused where ksqlDB cannot, with the way to its next version', async () => {
    const { entries } = await plan({ T_V1: T1_CHANGED }, { T_V1: T1 }, VERSIONS);
    expect(entries.at(-1)).toMatchObject({
      action: 'refused',
      reason: expect.stringContaining('ksqlDB cannot change it in place') as unknown,
      remedy: './naap evolve start t builds its next version beside it',
    });
  });
  it('is built side by side as a candidate', async () => {
    const versions = { t: { running: 1, candidate: 2 } };
    const candidate = table('t_v2', 'COUNT(*) AS n, SUM(a) AS total');
    expect(await actions({ T_V1: T1, T_V2: candidate }, { T_V1: T1 }, versions)).toEqual([
      'unchanged T_V1',
      'side by side T_V2',
    ]);
  });
  it('is deleted once its version is retired', async () => {
    const versions = { t: { running: 2 } };
    const second = table('t_v2', 'COUNT(*) AS n, SUM(a) AS total');
    expect(await actions({ T_V2: second }, { T_V1: T1, T_V2: second }, versions)).toEqual([
      'unchanged T_V2',
      'delete T_V1',
    ]);
  });
  it('is resumed where it is paused, and refused where it is in ERROR', async () => {
    expect(await actions({ T_V1: T1 }, { T_V1: T1 }, VERSIONS, 'PAUSED')).toEqual(['in place T_V1']);
    expect(await actions({ T_V1: T1 }, { T_V1: T1 }, VERSIONS, 'ERROR')).toEqual(['refused T_V1']);
  });
  it('is refused for what is wrong with it, not for what runs', async () => {
    const { entries } = await plan({ F: stream('f', 'nothing > 1') }, { F: stream('f', 'a > 1') });
    expect(entries.at(-1)).toMatchObject({
      action: 'refused',
      remedy: expect.stringContaining('correct the statement') as unknown,
    });
  });
  it('is refused where it makes no sense', async () => {
    expect(await actions({ T_V1: table('t_v1', 'SUM(nothing) AS n') }, {}, VERSIONS)).toEqual([
      'refused T_V1',
    ]);
  });
});

describe('what is inserted', () => {
  const insert = (where: string): string => `INSERT INTO t SELECT k, a FROM s WHERE ${where} EMIT CHANGES;`;
  const TARGET =
    "CREATE STREAM t (k STRING KEY, a INT) WITH (KAFKA_TOPIC='t', PARTITIONS=4, VALUE_FORMAT='JSON');";

  it('is refused where another one would go on writing, with what to end first', async () => {
    const text = insert('a > 2');
    const live = new Map<string, LiveObject>([
      ['T', { statement: TARGET, queries: [] }],
      [
        'T_FROM_S',
        { queries: [{ id: 'INSERTQUERY_3', text: insert('a > 1'), state: 'RUNNING', sinks: ['T'] }] },
      ],
    ]);
    const { entries } = await planQueries({
      queries: [declared('T', TARGET), declared('T_FROM_S', text)],
      live,
      sources: ['S', 'T'],
      running: worldAfter(
        emptyWorld({ topics: new Map(), schemas: new Map() }),
        [SOURCE, TARGET].map((one) => ({ text: one, properties: {} })),
      ),
      versions: {},
    });
    expect(entries.at(-1)).toEqual({
      kind: 'query',
      name: 'T_FROM_S',
      action: 'refused',
      reason: 'query INSERTQUERY_3 writes into T from the same sources, but says something else',
      remedy: 'terminate it first (TERMINATE INSERTQUERY_3;): both would write',
      asked: ['front end'],
    });
  });
});

it('a version that is retired goes with the queries that insert into nothing else', async () => {
  const { entries } = await planQueries({
    queries: [],
    live: new Map(),
    sources: ['S', 'T', 'T_V2'],
    inserts: [
      { id: 'INSERTQUERY_3', sinks: ['T'] },
      { id: 'INSERTQUERY_4', sinks: ['T_V2'] },
    ],
    running: emptyWorld({ topics: new Map(), schemas: new Map() }),
    versions: { t: { running: 2, plain: 1 } },
  });
  expect(entries.map(({ name, action, reason }) => [name, action, reason])).toEqual([
    ['T', 'delete', 'version 1 of t is no longer declared: its query and its state go, its topic stays'],
    ['INSERTQUERY_3', 'delete', 'this query inserts into T and ends with it'],
  ]);
});

describe('the word of a server', () => {
  const answering = (objection: string | undefined) =>
    ({
      objection: (text: string) =>
        Promise.resolve(
          objection !== undefined && text.includes(' f ')
            ? objection
            : `Stream ${NEVER_THERE} does not exist.`,
        ),
    }) as unknown as KsqldbClient;
  const asked = async (objection: string | undefined) => {
    const text = stream('f', 'a > 1');
    const { entries } = await planQueries({
      queries: [declared('F', text)],
      live: new Map(),
      sources: ['S'],
      running: worldAfter(emptyWorld({ topics: new Map(), schemas: new Map() }), [
        { text: SOURCE, properties: {} },
      ]),
      versions: {},
      client: answering(objection),
    });
    return entries.at(-1);
  };

  it('counts where it differs from ours, and the difference is said', async () => {
    expect(await asked('Function is not known here')).toMatchObject({
      action: 'refused',
      reason: 'ksqlDB refuses it, though our front end would take it: Function is not known here',
      asked: ['front end', 'ksqlDB'],
    });
  });
  it('is noted where it agrees', async () => {
    expect(await asked(undefined)).toMatchObject({ action: 'create', asked: ['front end', 'ksqlDB'] });
  });
});

it('counts the topics that ksqlDB makes for a query', async () => {
  const text =
    "CREATE TABLE g WITH (KAFKA_TOPIC='g', PARTITIONS=4, REPLICAS=1, VALUE_FORMAT='JSON') AS SELECT a, COUNT(*) AS n FROM s GROUP BY a EMIT CHANGES;";
  const { all, world } = await plan({ G: text }, {});
  expect(internalTopics(all[0]!, world, 'x_').map(({ name, partitions }) => [name, partitions])).toEqual([
    ['_confluent-ksql-x_query_CTAS_G_1-Aggregate-GroupBy-repartition', 4],
    ['_confluent-ksql-x_query_CTAS_G_1-Aggregate-Aggregate-Materialize-changelog', 4],
  ]);
});
