import { compareQuery } from './compare';
import { meaningOf, sameTree } from './meaning';
import type { DeclaredQuery, LiveObject } from './query';
import { statementFacts } from './statement-facts';
import { parseStatements } from '../../engine/index';
import { createSource } from '../../engine/index';

/** Left: as people write it; right: as a server gives it back. */
describe('the meaning of a statement', () => {
  test.each<[string, string, string, boolean]>([
    [
      'does not see case, prefixes, implied aliases and parentheses',
      'create stream hot as select orch, util from gpu where util > 50;',
      'CREATE STREAM HOT AS SELECT\n  GPU.ORCH ORCH,\n  GPU.UTIL UTIL\nFROM GPU GPU\nWHERE (GPU.UTIL > 50)\nEMIT CHANGES;',
      true,
    ],
    [
      'does not see aliases of joined sources',
      'CREATE STREAM n AS SELECT g.orch, i.name FROM gpu g LEFT JOIN inv i ON g.orch = i.orch EMIT CHANGES;',
      'CREATE STREAM N AS SELECT GPU.ORCH ORCH, INV.NAME NAME FROM GPU GPU LEFT OUTER JOIN INV INV ON ((GPU.ORCH = INV.ORCH)) EMIT CHANGES;',
      true,
    ],
    [
      'takes a column without its source for that column of any source',
      'CREATE STREAM n AS SELECT g.orch, name FROM gpu g LEFT JOIN inv i ON g.orch = i.orch EMIT CHANGES;',
      'CREATE STREAM N AS SELECT G.ORCH ORCH, I.NAME NAME FROM GPU G LEFT OUTER JOIN INV I ON ((G.ORCH = I.ORCH)) EMIT CHANGES;',
      true,
    ],
    [
      'does not see the unit of a duration',
      'CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 60 SECONDS, RETENTION 7 DAYS, GRACE PERIOD 10 MINUTES) GROUP BY k EMIT CHANGES;',
      'CREATE TABLE T AS SELECT S.K K, COUNT(*) N FROM S S WINDOW TUMBLING ( SIZE 1 MINUTES , RETENTION 168 HOURS , GRACE PERIOD 600 SECONDS ) GROUP BY S.K EMIT CHANGES;',
      true,
    ],
    [
      'takes NOT IN and NOT (… IN …) for one',
      "CREATE STREAM s2 AS SELECT k FROM s WHERE k NOT IN ('a', 'b') AND v NOT LIKE 'x%' AND n NOT BETWEEN 1 AND 2;",
      "CREATE STREAM S2 AS SELECT S.K K FROM S S WHERE (((NOT (S.K IN ('a', 'b'))) AND (NOT (S.V LIKE 'x%'))) AND (NOT (S.N BETWEEN 1 AND 2))) EMIT CHANGES;",
      true,
    ],
    [
      'does not see a generated alias',
      'CREATE STREAM s2 AS SELECT k, n + 1 FROM s;',
      'CREATE STREAM S2 AS SELECT S.K K, (S.N + 1) KSQL_COL_0 FROM S S EMIT CHANGES;',
      true,
    ],
    [
      'sees another alias',
      'CREATE STREAM s2 AS SELECT k AS a FROM s;',
      'CREATE STREAM s2 AS SELECT k AS b FROM s;',
      false,
    ],
    [
      'sees another source of a joined column',
      'CREATE STREAM n AS SELECT a.v FROM a JOIN b ON a.k = b.k;',
      'CREATE STREAM n AS SELECT b.v FROM a JOIN b ON a.k = b.k;',
      false,
    ],
    [
      'sees another filter',
      'CREATE STREAM s2 AS SELECT k FROM s WHERE n > 1;',
      'CREATE STREAM s2 AS SELECT k FROM s WHERE n > 2;',
      false,
    ],
    [
      'sees the order of columns',
      'CREATE STREAM s2 AS SELECT a, b FROM s;',
      'CREATE STREAM s2 AS SELECT b, a FROM s;',
      false,
    ],
    [
      'sees a quoted name in another case',
      'CREATE STREAM s2 AS SELECT `a` FROM s;',
      'CREATE STREAM s2 AS SELECT a FROM s;',
      false,
    ],
    [
      'sees another join',
      'CREATE STREAM n AS SELECT a.v FROM a JOIN b ON a.k = b.k;',
      'CREATE STREAM n AS SELECT a.v FROM a LEFT JOIN b ON a.k = b.k;',
      false,
    ],
    [
      'sees another type of a column',
      "CREATE STREAM s (a INT) WITH (kafka_topic='t', value_format='JSON');",
      "CREATE STREAM s (a BIGINT) WITH (kafka_topic='t', value_format='JSON');",
      false,
    ],
    [
      'takes VARCHAR for STRING',
      "CREATE STREAM s (a VARCHAR KEY) WITH (kafka_topic='t', value_format='JSON');",
      "CREATE STREAM S (A STRING KEY) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');",
      true,
    ],
  ])('%s', (_name, a, b, same) => {
    expect(sameTree(meaningOf(a), meaningOf(b))).toBe(same);
    expect(sameTree(meaningOf(b), meaningOf(a))).toBe(same);
  });
});

const SQL =
  "CREATE STREAM hot WITH (KAFKA_TOPIC='hot.v1', PARTITIONS=4, VALUE_FORMAT='avro') AS SELECT orch, util FROM gpu WHERE util > 50 EMIT CHANGES;";
const RUNNING =
  "CREATE STREAM HOT WITH (CLEANUP_POLICY='delete', KAFKA_TOPIC='hot.v1', PARTITIONS=4, REPLICAS=1, VALUE_FORMAT='AVRO') AS SELECT GPU.ORCH ORCH, GPU.UTIL UTIL FROM GPU GPU WHERE (GPU.UTIL > 50) EMIT CHANGES;";

describe('an object of ksqlDB', () => {
  test.each<[string, string, LiveObject | undefined, unknown[]]>([
    ['is created when it is not there', SQL, undefined, [{ action: 'create' }]],
    ['is left alone when it runs and means the same', SQL, live(RUNNING), []],
    [
      'goes on when it was paused',
      SQL,
      live(RUNNING, 'PAUSED'),
      [{ action: 'update', properties: [{ path: 'state', before: 'PAUSED', after: 'RUNNING' }] }],
    ],
    [
      'is made again when its query was terminated',
      SQL,
      { statement: RUNNING, queries: [] },
      [{ action: 'update', properties: [{ path: 'query', after: 'RUNNING' }] }],
    ],
    [
      'is refused with its query when that is in ERROR',
      SQL,
      live(RUNNING, 'ERROR'),
      [{ action: 'refused', reason: 'query Q1 is in ERROR' }],
    ],
    [
      'is changed in place when it keeps no state',
      SQL.replace('50', '60'),
      live(RUNNING),
      [{ action: 'update', properties: [{ path: 'statement', before: RUNNING }] }],
    ],
    [
      'is refused when a WITH property is another',
      SQL.replace('PARTITIONS=4', 'PARTITIONS=8'),
      live(RUNNING),
      [{ action: 'refused', reason: 'PARTITIONS of a running object cannot change' }],
    ],
    [
      'is changed in place when it filters or computes otherwise over the same aggregates',
      'CREATE TABLE hot AS SELECT orch, MAX(util) * 2 AS n FROM gpu WHERE util > 1 GROUP BY orch HAVING COUNT(*) > 5 EMIT CHANGES;',
      live(
        'CREATE TABLE HOT AS SELECT GPU.ORCH ORCH, MAX(GPU.UTIL) N FROM GPU GPU GROUP BY GPU.ORCH HAVING (COUNT(*) > 2) EMIT CHANGES;',
      ),
      [{ action: 'update', properties: [{ path: 'statement' }] }],
    ],
    ...(
      [
        ['another bound of a window', 'WINDOW TUMBLING (SIZE 1 MINUTE)', '', 'MAX(util)', 'is windowed'],
        ['a HAVING that it had not', '', 'HAVING MAX(util) > 1', 'MAX(util)', 'aggregates otherwise'],
        ['one aggregate more', '', '', 'MAX(util) AS n, MIN(util)', 'aggregates otherwise'],
      ] as const
    ).map(([name, window, having, select, reason]): [string, string, LiveObject, unknown[]] => [
      `is refused when it gets ${name}`,
      `CREATE TABLE hot AS SELECT orch, ${select} AS m FROM gpu ${window} GROUP BY orch ${having} EMIT CHANGES;`,
      live(
        'CREATE TABLE HOT AS SELECT GPU.ORCH ORCH, MAX(GPU.UTIL) M FROM GPU GPU GROUP BY GPU.ORCH EMIT CHANGES;',
      ),
      [{ action: 'refused', reason: expect.stringContaining(reason) as string }],
    ]),
    [
      'is refused when it aggregates otherwise',
      'CREATE TABLE hot AS SELECT orch, COUNT(*) AS n FROM gpu GROUP BY orch EMIT CHANGES;',
      live(
        'CREATE TABLE HOT AS SELECT GPU.ORCH ORCH, MAX(GPU.UTIL) N FROM GPU GPU GROUP BY GPU.ORCH EMIT CHANGES;',
      ),
      [
        {
          action: 'refused',
          reason:
            'its query aggregates otherwise than the one that runs, and such a query cannot be changed in place',
        },
      ],
    ],
    [
      'is left alone when its columns come from the schema and are not declared',
      "CREATE STREAM hot WITH (KAFKA_TOPIC='hot.v1', VALUE_FORMAT='AVRO');",
      {
        statement:
          "CREATE STREAM HOT (ORCH STRING, UTIL DOUBLE) WITH (KAFKA_TOPIC='hot.v1', KEY_FORMAT='KAFKA', VALUE_FORMAT='AVRO');",
        queries: [],
      },
      [],
    ],
  ])('%s', (_name, sql, found, expected) => {
    expect(compareQuery(declared(sql), found)).toMatchObject(expected);
    expect(compareQuery(declared(sql), found)).toHaveLength(expected.length);
  });
});

describe('INSERT INTO', () => {
  const sql = 'INSERT INTO all_events SELECT k, v FROM a WHERE v > 1 EMIT CHANGES;';

  test.each<[string, LiveObject | undefined, unknown[]]>([
    ['is created when it is not there', undefined, [{ action: 'create' }]],
    [
      'is left alone when a query of the same meaning runs',
      inserts('INSERT INTO ALL_EVENTS SELECT A.K K, A.V V FROM A A WHERE (A.V > 1) EMIT CHANGES;'),
      [],
    ],
    [
      'is refused when another one from the same source would go on writing',
      inserts('INSERT INTO ALL_EVENTS SELECT A.K K, A.V V FROM A A EMIT CHANGES;'),
      [
        {
          action: 'refused',
          reason: 'query Q1 writes into ALL_EVENTS from the same sources, but says something else',
        },
      ],
    ],
  ])('%s', (_name, found, expected) => {
    expect(compareQuery(declared(sql), found)).toMatchObject(expected);
    expect(compareQuery(declared(sql), found)).toHaveLength(expected.length);
  });
});

function declared(text: string): DeclaredQuery {
  const facts = statementFacts(parseStatements(createSource(text))[0]!.statement)!;
  return {
    name: 'HOT',
    file: 'ksql/silver/hot.sql',
    reads: [],
    statements: [{ text, properties: {}, facts }],
  };
}

function live(statement: string, state = 'RUNNING'): LiveObject {
  return { statement, queries: [{ id: 'Q1', text: statement, state, sinks: ['HOT'] }] };
}

function inserts(text: string): LiveObject {
  return { queries: [{ id: 'Q1', text, state: 'RUNNING', sinks: ['ALL_EVENTS'] }] };
}
