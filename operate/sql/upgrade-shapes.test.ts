import { classifyChange } from './classify';
import { emptyWorld, worldAfter } from './world';

/**
 * What can be changed in place, by shape. The rules are those of ksqlDB's guide and of its answers: a stateless query may get
 * another filter, other expressions, and columns at the end; a count that goes on may compute otherwise from the same aggregates
 * and be filtered by columns that it reads already; what joins, explodes, has windows or counts rows of a table never goes on.
 * https://docs.confluent.io/platform/7.9/ksqldb/how-to-guides/update-a-running-persistent-query.html
 */
const SOURCES = [
  "CREATE STREAM ev (id STRING KEY, node STRING, ms INT, cost DOUBLE, tags ARRAY<STRING>, at STRUCT<lat DOUBLE, lon DOUBLE>) WITH (KAFKA_TOPIC='ev', PARTITIONS=4, VALUE_FORMAT='JSON');",
  "CREATE STREAM ev_other (id STRING KEY, node STRING, ms INT, cost DOUBLE, tags ARRAY<STRING>) WITH (KAFKA_TOPIC='ev_other', PARTITIONS=4, VALUE_FORMAT='JSON');",
  "CREATE TABLE nodes (node STRING PRIMARY KEY, region STRING, slots INT) WITH (KAFKA_TOPIC='nodes', PARTITIONS=4, VALUE_FORMAT='JSON');",
  "CREATE TABLE prices (node STRING PRIMARY KEY, price DOUBLE) WITH (KAFKA_TOPIC='prices', PARTITIONS=4, VALUE_FORMAT='JSON');",
  "CREATE STREAM windowed (id STRING KEY, n BIGINT) WITH (KAFKA_TOPIC='windowed', PARTITIONS=4, VALUE_FORMAT='JSON', WINDOW_TYPE='TUMBLING', WINDOW_SIZE='1 MINUTES');",
];
const WITH = "KAFKA_TOPIC='res', PARTITIONS=4, REPLICAS=1, VALUE_FORMAT='JSON'";
const stream = (query: string, properties = WITH): string =>
  `CREATE STREAM res WITH (${properties}) AS ${query} EMIT CHANGES;`;
const table = (query: string, properties = WITH): string =>
  `CREATE TABLE res WITH (${properties}) AS ${query} EMIT CHANGES;`;
const statement = (text: string) => ({ text, properties: {} });

/** ksqlDB's reason, or that it can be done in place. */
function verdict(running: string, changed: string): string {
  const world = worldAfter(
    emptyWorld({ topics: new Map(), schemas: new Map() }),
    [...SOURCES, running].map(statement),
  );
  // What runs must really be there, or anything would be new.
  expect(world.catalog.sources().map(({ name }) => name)).toContain('RES');
  const found = classifyChange(world, statement(changed));
  return found.verdict === 'in place' ? 'in place' : found.reason;
}

type Case = [gets: string, running: string, changed: string, reason?: string];

describe('a stateless stream that gets', () => {
  test.each<Case>([
    ['another filter', 'SELECT id, ms FROM ev WHERE ms > 1', 'SELECT id, ms FROM ev WHERE at->lat > 1'],
    ['columns at the end', 'SELECT id, ms FROM ev', 'SELECT id, ms, cost, tags FROM ev'],
    ['a field of a struct at the end', 'SELECT id, ms FROM ev', 'SELECT id, ms, at->lat AS lat FROM ev'],
    [
      'a column in the middle',
      'SELECT id, ms, cost FROM ev',
      'SELECT id, ms, node, cost FROM ev',
      'reordered: [`COST` DOUBLE]',
    ],
    [
      'a column less',
      'SELECT id, ms, cost FROM ev',
      'SELECT id, ms FROM ev',
      'missing or reordered: [`COST` DOUBLE]',
    ],
    [
      'a wider type',
      'SELECT id, ms FROM ev',
      'SELECT id, CAST(ms AS BIGINT) AS ms FROM ev',
      'reordered: [`MS` INTEGER]',
    ],
    [
      'another name of the key',
      'SELECT id, ms FROM ev',
      'SELECT id AS other, ms FROM ev',
      'Key columns must be identical',
    ],
    ['another function', 'SELECT id, UCASE(node) AS node FROM ev', 'SELECT id, LCASE(node) AS node FROM ev'],
    [
      'another expression of the same type',
      'SELECT id, ms FROM ev',
      'SELECT id, CASE WHEN ms > 5 THEN 1 ELSE 0 END AS ms FROM ev',
    ],
    [
      'the same columns from another stream',
      'SELECT id, ms FROM ev',
      'SELECT id, ms FROM ev_other',
      'StreamSource must have matching topic name',
    ],
    ['all columns, where those that ran come first', 'SELECT id, node, ms FROM ev', 'SELECT * FROM ev'],
    [
      'a filter before PARTITION BY',
      'SELECT node, ms FROM ev PARTITION BY node',
      'SELECT node, ms FROM ev WHERE ms > 1 PARTITION BY node',
    ],
    [
      'another key of PARTITION BY',
      'SELECT node, ms FROM ev PARTITION BY node',
      'SELECT UCASE(node) AS node, ms FROM ev PARTITION BY UCASE(node)',
      'StreamSelectKey must have matching key expressions',
    ],
    [
      'a plain column in place of EXPLODE',
      'SELECT id, EXPLODE(tags) AS tag FROM ev',
      'SELECT id, node AS tag FROM ev',
      'not yet supported for StreamFlatMap',
    ],
    [
      'EXPLODE in place of a plain column',
      'SELECT id, node AS tag FROM ev',
      'SELECT id, EXPLODE(tags) AS tag FROM ev',
      'must have matching class',
    ],
  ])('%s', (_gets: string, running: string, changed: string, reason = 'in place') =>
    expect(verdict(stream(running), stream(changed))).toContain(reason),
  );
});

describe('a join that gets', () => {
  test.each<Case>([
    [
      'the same text',
      'SELECT ev.node AS node, ms, region FROM ev JOIN nodes ON ev.node = nodes.node',
      'SELECT ev.node AS node, ms, region FROM ev JOIN nodes ON ev.node = nodes.node',
      'not yet supported for StreamTableJoin',
    ],
    [
      'LEFT in place of INNER',
      'SELECT ev.node AS node, ms, region FROM ev JOIN nodes ON ev.node = nodes.node',
      'SELECT ev.node AS node, ms, region FROM ev LEFT JOIN nodes ON ev.node = nodes.node',
      'not yet supported for StreamTableJoin',
    ],
    [
      'a column more',
      'SELECT ev.node AS node, ms, region FROM ev JOIN nodes ON ev.node = nodes.node',
      'SELECT ev.node AS node, ms, region, slots FROM ev JOIN nodes ON ev.node = nodes.node',
      'not yet supported for StreamTableJoin',
    ],
    [
      'a join that was none',
      'SELECT node, ms FROM ev PARTITION BY node',
      'SELECT ev.node AS node, ms FROM ev JOIN nodes ON ev.node = nodes.node',
      'must have matching class',
    ],
  ])('%s', (_gets: string, running: string, changed: string, reason = 'in place') =>
    expect(verdict(stream(running), stream(changed))).toContain(reason),
  );
});

describe('a count that goes on that gets', () => {
  test.each<Case>([
    [
      'another expression over its aggregates',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) * 2 AS t FROM ev GROUP BY node',
    ],
    [
      'an aggregate used twice',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) + SUM(ms) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'matching aggregate functions',
    ],
    [
      'a ratio of what it has, as one column more',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t, SUM(ms) / COUNT(*) AS mean FROM ev GROUP BY node',
      'matching aggregate functions',
    ],
    [
      'a filter on a column that it reads',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WHERE ms > 1 GROUP BY node',
    ],
    [
      'a filter on its key',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      "SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WHERE node <> '' GROUP BY node",
    ],
    [
      'a filter on a column that it does not read',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WHERE cost > 1 GROUP BY node',
      'columns not part of aggregate',
    ],
    [
      'another aggregate',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) AS n, MAX(ms) AS t FROM ev GROUP BY node',
      '[COUNT(ROWTIME), SUM(MS)] vs. [COUNT(ROWTIME), MAX(MS)]',
    ],
    [
      'its columns the other way round',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, SUM(ms) AS t, COUNT(*) AS n FROM ev GROUP BY node',
      'changed, missing or reordered',
    ],
    [
      'another key',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT id, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY id',
      'Key columns must be identical',
    ],
    [
      'COLLECT_SET in place of COLLECT_LIST',
      'SELECT node, COLLECT_LIST(ms) AS l FROM ev GROUP BY node',
      'SELECT node, COLLECT_SET(ms) AS l FROM ev GROUP BY node',
      'matching aggregate functions',
    ],
    [
      'COUNT of a column in place of COUNT(*)',
      'SELECT node, COUNT(*) AS n FROM ev GROUP BY node',
      'SELECT node, COUNT(ms) AS n FROM ev GROUP BY node',
      'columns not part of aggregate',
    ],
    [
      'another bound of HAVING',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node HAVING COUNT(*) > 2',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node HAVING COUNT(*) > 5',
    ],
    [
      'another aggregate in HAVING',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node HAVING COUNT(*) > 2',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node HAVING SUM(ms) > 5',
      'matching aggregate functions',
    ],
  ])('%s', (_gets: string, running: string, changed: string, reason = 'in place') =>
    expect(verdict(table(running), table(changed))).toContain(reason),
  );
});

describe('a windowed count that gets', () => {
  test.each<Case>([
    [
      'the same text',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'not yet supported for StreamWindowedAggregate',
    ],
    [
      'a window where there was none',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'has topic = KsqlTopic',
    ],
    [
      'no window where there was one',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev GROUP BY node',
      'has topic = KsqlTopic',
    ],
    [
      'hopping ones in place of tumbling ones',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW HOPPING (SIZE 1 MINUTE, ADVANCE BY 10 SECONDS, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'has topic = KsqlTopic',
    ],
    [
      'another filter',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) GROUP BY node',
      'SELECT node, COUNT(*) AS n, SUM(ms) AS t FROM ev WINDOW TUMBLING (SIZE 1 MINUTE, RETENTION 1 DAY, GRACE PERIOD 1 MINUTE) WHERE ms > 1 GROUP BY node',
      'not yet supported for StreamWindowedAggregate',
    ],
  ])('%s', (_gets: string, running: string, changed: string, reason = 'in place') =>
    expect(verdict(table(running), table(changed))).toContain(reason),
  );
});

describe('a table of a table that gets', () => {
  test.each<Case>([
    [
      'a filter where there was none',
      'SELECT node, region FROM nodes',
      'SELECT node, region FROM nodes WHERE slots > 1',
    ],
    [
      'another filter',
      'SELECT node, region FROM nodes WHERE slots > 1',
      'SELECT node, region FROM nodes WHERE slots > 4',
    ],
    ['a column at the end', 'SELECT node, region FROM nodes', 'SELECT node, region, slots FROM nodes'],
    [
      'another expression',
      'SELECT node, region FROM nodes',
      'SELECT node, UCASE(region) AS region FROM nodes',
    ],
    [
      'the same count of its rows',
      'SELECT region, COUNT(*) AS n FROM nodes GROUP BY region',
      'SELECT region, COUNT(*) AS n FROM nodes GROUP BY region',
      'not yet supported for TableAggregate',
    ],
    [
      'LEFT in place of INNER',
      'SELECT nodes.node AS node, region, price FROM nodes JOIN prices ON nodes.node = prices.node',
      'SELECT nodes.node AS node, region, price FROM nodes LEFT JOIN prices ON nodes.node = prices.node',
      'not yet supported for TableTableJoin',
    ],
  ])('%s', (_gets: string, running: string, changed: string, reason = 'in place') =>
    expect(verdict(table(running), table(changed))).toContain(reason),
  );
});

describe('the declaration of a stream that gets', () => {
  const query = 'SELECT id, ms, CAST(ms AS BIGINT) AS at_ms FROM ev';
  test.each([
    [
      'more partitions',
      WITH.replace('PARTITIONS=4', 'PARTITIONS=8'),
      'KSQL expects 8 partitions (topic has 4)',
    ],
    ['more copies', WITH.replace('REPLICAS=1', 'REPLICAS=3'), '3 replication factor (topic has 1)'],
    ['another retention', `${WITH}, RETENTION_MS=86400000`, '86400000 retention (topic has 604800000)'],
    ['the retention that it has', `${WITH}, RETENTION_MS=604800000`, 'in place'],
    [
      'a full name of its schema',
      `${WITH}, VALUE_SCHEMA_FULL_NAME='a.B'`.replace('JSON', 'AVRO'),
      'has topic = KsqlTopic',
    ],
    ['another format of keys', `${WITH}, KEY_FORMAT='JSON'`, 'has topic = KsqlTopic'],
    ['another format of values', WITH.replace('JSON', 'AVRO'), 'has topic = KsqlTopic'],
    ['another topic', WITH.replace("'res'", "'other'"), 'has topic = KsqlTopic'],
    ['a column as its time', `${WITH}, TIMESTAMP='at_ms'`, 'has timestampColumn = Optional.empty'],
  ])('%s', (_gets, properties, reason) =>
    expect(verdict(stream(query), stream(query, properties))).toContain(reason),
  );
  it('becomes a table', () => {
    expect(
      verdict(stream('SELECT id, ms FROM ev'), table('SELECT id, COUNT(*) AS n FROM ev GROUP BY id')),
    ).toContain('has type = KSTREAM which is not upgradeable to KTABLE');
  });
});
