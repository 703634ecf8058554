import { CODES } from '../diagnostics/codes';
import { parseStatements } from '../parser/parser';
import { createSource } from '../source/source';
import { lintStatements } from './lint';
import { RULES } from './rules';

const WITH =
  "WITH (KAFKA_TOPIC='t', PARTITIONS=1, REPLICAS=1, KEY_FORMAT='KAFKA', VALUE_FORMAT='JSON', RETENTION_MS=1000)";
const TABLE_WITH =
  "WITH (KAFKA_TOPIC='t', PARTITIONS=1, REPLICAS=1, KEY_FORMAT='KAFKA', VALUE_FORMAT='JSON')";

/** `line:column rule` of each finding. */
function lint(text: string): string[] {
  const found = lintStatements(parseStatements(createSource(text, 'x.sql')));
  return found.map(
    ({ span, message }) => `${span!.line}:${span!.column} ${/\(([a-z-]+)\)$/.exec(message)![1]}`,
  );
}

describe('lintStatements', () => {
  const cases: readonly (readonly [rule: string, what: string, text: string, expected: readonly string[]])[] =
    [
      [
        'explicit-properties',
        'every property of a query missing',
        'CREATE STREAM s AS SELECT a FROM x;',
        ['1:1'],
      ],
      [
        'explicit-properties',
        'one FORMAT for both',
        "CREATE STREAM s (k INT KEY) WITH (KAFKA_TOPIC='t', FORMAT='JSON');",
        [],
      ],
      [
        'explicit-properties',
        'no key, no key format',
        "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');",
        [],
      ],
      [
        'explicit-properties',
        'a key without its format',
        "CREATE TABLE s (k INT PRIMARY KEY) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON');",
        ['1:1'],
      ],
      [
        'explicit-properties',
        'a table that needs no retention',
        `CREATE TABLE s_v1 ${TABLE_WITH} AS SELECT k, COUNT(*) AS n FROM x GROUP BY k;`,
        [],
      ],
      [
        'explicit-properties',
        'a stream without retention',
        `CREATE STREAM s ${TABLE_WITH} AS SELECT a FROM x;`,
        ['1:1'],
      ],
      ['no-select-star', 'a star', `CREATE STREAM s ${WITH} AS SELECT * FROM x;`, [`1:${28 + WITH.length}`]],
      ['no-select-star', 'a star into a stream', 'INSERT INTO s SELECT x.*, y->* FROM x;', ['1:22', '1:27']],
      ['no-select-star', 'a star in a question', 'SELECT * FROM x;', []],
      [
        'explicit-window',
        'a window without bounds',
        `CREATE TABLE s_v1 ${WITH} AS SELECT k, WINDOWSTART AS a, WINDOWEND AS b, COUNT(*) AS n FROM x\nWINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY k;`,
        ['2:8'],
      ],
      [
        'explicit-window',
        'a join that waits by default',
        `CREATE STREAM s_v1 ${WITH} AS SELECT x.k FROM x\nJOIN y WITHIN 1 HOUR ON x.k = y.k;`,
        ['2:6'],
      ],
      [
        'explicit-window',
        'all bounds',
        `CREATE STREAM s_v1 ${WITH} AS SELECT x.k FROM x JOIN y WITHIN 1 HOUR GRACE PERIOD 1 HOUR ON x.k = y.k;`,
        [],
      ],
      [
        'emit-final',
        'the final result',
        `CREATE TABLE s_v1 ${WITH} AS SELECT k, WINDOWSTART AS a, WINDOWEND AS b, COUNT(*) AS n FROM x WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY k EMIT FINAL;`,
        ['1:1'],
      ],
      [
        'window-bounds-projected',
        'no bounds',
        `CREATE TABLE s_v1 ${WITH} AS SELECT k, WINDOWSTART AS a, COUNT(*) AS n FROM x WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY k;`,
        ['1:1'],
      ],
      [
        'deterministic',
        'the clock and chance',
        `CREATE STREAM s ${WITH} AS\nSELECT UUID() AS id, a\nFROM x WHERE RANDOM() > 0.5 AND t < UNIX_TIMESTAMP();`,
        ['2:8', '3:14', '3:37'],
      ],
      [
        'deterministic',
        'conversions of the same names',
        `CREATE STREAM s ${WITH} AS SELECT UNIX_TIMESTAMP(t) AS t, UUID(b) AS u FROM x;`,
        [],
      ],
      [
        'explained-offset-reset',
        'no comment',
        "SHOW TABLES; -- of another\nSET 'auto.offset.reset' = 'earliest';",
        ['2:1'],
      ],
      [
        'explained-offset-reset',
        'a comment above',
        "-- because of the replay\nSET 'auto.offset.reset' = 'earliest';",
        [],
      ],
      [
        'explained-offset-reset',
        'a comment beside',
        "SET 'ksql.streams.auto.offset.reset' = 'latest'; -- only new ones",
        [],
      ],
      [
        'explained-offset-reset',
        'another property',
        "SET 'ksql.query.pull.table.scan.enabled' = 'true';",
        [],
      ],
      [
        'versioned-state',
        'a table without version',
        `CREATE TABLE s ${TABLE_WITH} AS SELECT k, COUNT(*) AS n FROM x GROUP BY k;`,
        ['1:1'],
      ],
      ['versioned-state', 'a declared table', `CREATE TABLE s (k INT PRIMARY KEY) ${WITH};`, []],
      [
        'versioned-state',
        'a stream with a lookup',
        `CREATE STREAM s ${WITH} AS SELECT x.k FROM x JOIN y ON x.k = y.k;`,
        [],
      ],
      [
        'no-average-of-averages',
        'AVG of AVG, through other statements and a topic',
        `
CREATE TABLE a_v1 ${TABLE_WITH.replace("'t'", "'a'")} AS SELECT k, AVG(v) AS mean, COUNT(*) AS n FROM x GROUP BY k;
CREATE STREAM b (k INT KEY, mean DOUBLE, n BIGINT) WITH (KAFKA_TOPIC='a', KEY_FORMAT='KAFKA', VALUE_FORMAT='JSON');
CREATE STREAM c ${WITH} AS SELECT k, ROUND(mean, 2) AS m, n FROM b;
CREATE TABLE d_v1 ${TABLE_WITH} AS SELECT k,
  AVG(c.m) AS wrong, SUM(m) / COUNT(*) AS wrong_too, AVG(n) AS fine FROM c GROUP BY k;`,
        ['6:3', '6:22'],
      ],
      [
        'no-average-of-averages',
        'AVG of a ratio',
        `
CREATE TABLE a_v1 ${TABLE_WITH} AS SELECT k, CAST(SUM(ok) AS DOUBLE) / COUNT(*) AS rate, SUM(ok) AS ok, COUNT(*) AS n FROM x GROUP BY k;
CREATE TABLE b_v1 ${TABLE_WITH} AS SELECT j, SUM(ok) / SUM(n) AS rate FROM a_v1 GROUP BY j;
CREATE TABLE c_v1 ${TABLE_WITH} AS SELECT j,
  AVG(rate) AS rate FROM a_v1 GROUP BY j;`,
        ['5:3'],
      ],
      [
        'explained-partitioning',
        'a new key without a comment',
        `CREATE STREAM x (k INT KEY, a INT) WITH (KAFKA_TOPIC='x', FORMAT='JSON');
CREATE TABLE t_v1 ${TABLE_WITH} AS SELECT a, COUNT(*) AS n FROM x GROUP BY a;`,
        ['2:1'],
      ],
      [
        'explained-partitioning',
        'the same key, also through a stream that renames it, and one that PARTITION BY made',
        `CREATE STREAM x (k INT KEY, a INT) WITH (KAFKA_TOPIC='x', FORMAT='JSON');
CREATE STREAM y ${WITH} AS SELECT k AS id, a FROM x;
CREATE TABLE t_v1 ${TABLE_WITH} AS SELECT id, COUNT(*) AS n FROM y GROUP BY id;
CREATE STREAM z ${WITH} AS SELECT a, k FROM x PARTITION BY a;
CREATE TABLE u_v1 ${TABLE_WITH} AS SELECT a, COUNT(*) AS n FROM z GROUP BY a;`,
        [],
      ],
      [
        'explained-partitioning',
        'a new key, and a comment',
        `CREATE STREAM x (k INT KEY, a INT) WITH (KAFKA_TOPIC='x', FORMAT='JSON');
-- repartitions: by a
CREATE TABLE t_v1 ${TABLE_WITH} AS SELECT a, COUNT(*) AS n FROM x GROUP BY a;`,
        [],
      ],
      [
        'explained-partitioning',
        'a join',
        `CREATE STREAM s ${WITH} AS SELECT x.k, y.a FROM x JOIN y ON x.k = y.k;`,
        [`1:${49 + WITH.length}`],
      ],
      [
        'plain-names',
        'a quoted name and a topic in upper case',
        "CREATE STREAM `s-1` (a INT) WITH (KAFKA_TOPIC='My Topic', VALUE_FORMAT='JSON');",
        ['1:1', '1:1'],
      ],
      [
        'pull-query-surface',
        'a table that does not serve, one that does, and one from elsewhere',
        `CREATE TABLE t (k INT PRIMARY KEY) WITH (KAFKA_TOPIC='t', FORMAT='JSON');
-- serving: yes
CREATE TABLE u (k INT PRIMARY KEY) WITH (KAFKA_TOPIC='u', FORMAT='JSON');
SELECT k FROM t; SELECT k FROM u; SELECT k FROM v; SELECT k FROM t EMIT CHANGES;`,
        ['4:15'],
      ],
    ];

  // Many cases join or group without a word about partitions: that is only looked at where it is the rule that is tried.
  it.each(cases)('%s: %s', (rule, _, text, expected) => {
    expect(
      lint(text).filter(
        (found) => rule === 'explained-partitioning' || !found.endsWith(' explained-partitioning'),
      ),
    ).toEqual(expected.map((place) => `${place} ${rule}`));
  });

  it('is silent where a comment says why', () => {
    const statement = (comment: string) => `${comment}\nINSERT INTO s SELECT * FROM x;`;
    expect(lint(statement('-- lint: allow no-select-star: the copy is meant to be exact'))).toEqual([]);
    expect(lint(statement('-- lint: allow no-select-star:'))).toHaveLength(1);
    expect(lint(statement('-- lint: allow emit-final: another rule'))).toHaveLength(1);
    expect(
      lint(`${statement('-- lint: allow no-select-star: once')} INSERT INTO s SELECT * FROM x;`),
    ).toHaveLength(1);
  });

  it('has a code of its own for every rule, with the rule’s severity', () => {
    expect(RULES.map(({ code }) => code)).toEqual([...new Set(RULES.map(({ code }) => code))].sort());
    for (const { code } of RULES) expect(CODES).toHaveProperty(code);
    const [finding] = lintStatements(
      parseStatements(createSource('INSERT INTO s SELECT * FROM x;', 'x.sql')),
    );
    expect(finding).toMatchObject({ code: 'KE5002', severity: 'error', source: { name: 'x.sql' } });
  });
});
