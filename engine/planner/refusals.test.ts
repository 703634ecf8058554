import { createContext, planAll, pull, push, refusalOf } from './test-support';

const SET_UP = `
CREATE STREAM jobs (id STRING KEY, orch STRING, ms INT, tags ARRAY<STRING>, info MAP<STRING, INT>) WITH (kafka_topic='jobs', partitions=2, value_format='JSON');
CREATE STREAM signals (orch STRING KEY, load DOUBLE) WITH (kafka_topic='signals', partitions=3, value_format='JSON');
CREATE TABLE orchs (orch STRING PRIMARY KEY, region STRING) WITH (kafka_topic='orchs', partitions=2, value_format='JSON');
CREATE TABLE per_orch AS SELECT orch, COUNT(*) AS n FROM jobs GROUP BY orch;`;

const PHASE = 'Could not determine output schema for query due to error: ';
const { context } = planAll(SET_UP, createContext());

describe('refuses a statement in ksqlDB’s words', () => {
  test.each([
    [
      'an unknown source',
      'CREATE STREAM x AS SELECT * FROM nope;',
      'Exception while preparing statement: NOPE does not exist.',
    ],
    [
      'an unknown column',
      'CREATE STREAM x AS SELECT id, nope FROM jobs;',
      `${PHASE}Line: 1, Col: 31: SELECT column 'NOPE' cannot be resolved.`,
    ],
    [
      'an ambiguous column',
      'CREATE STREAM x AS SELECT orch FROM jobs j JOIN orchs o ON j.orch = o.orch;',
      "Exception while preparing statement: Line: 1, Col: 27: Column 'ORCH' is ambiguous. Could be J.ORCH or O.ORCH.",
    ],
    [
      'a key that is not selected',
      'CREATE STREAM x AS SELECT ms FROM jobs;',
      `${PHASE}Key missing from projection (ie, SELECT). \nThe query used to build \`X\` must include the key column ID in its projection (eg, SELECT ID...).`,
    ],
    [
      'a projection of keys alone',
      'CREATE STREAM x AS SELECT id FROM jobs;',
      `${PHASE}The projection contains no value columns.`,
    ],
    [
      'two columns of one name',
      'CREATE STREAM x AS SELECT id, ms, orch AS ms FROM jobs;',
      `${PHASE}Duplicate value columns found in schema: \`MS\` STRING`,
    ],
    [
      'a table called a stream',
      'CREATE STREAM x AS SELECT orch, COUNT(*) AS n FROM jobs GROUP BY orch;',
      `${PHASE}Invalid result type. Your SELECT query produces a TABLE. Please use CREATE TABLE AS SELECT statement instead.`,
    ],
    [
      'an ungrouped column',
      'CREATE TABLE x AS SELECT orch, ms, COUNT(*) AS n FROM jobs GROUP BY orch;',
      `${PHASE}Non-aggregate SELECT expression(s) not part of GROUP BY: MS\nEither add the column(s) to the GROUP BY or remove them from the SELECT.`,
    ],
    [
      'an extreme over a table',
      'CREATE TABLE x AS SELECT region, MAX(orch) AS m FROM orchs GROUP BY region;',
      `${PHASE}The aggregation function MAX cannot be applied to a table source, only to a stream source.`,
    ],
    [
      'several keys in KAFKA format',
      'CREATE TABLE x AS SELECT orch, ms, COUNT(*) AS n FROM jobs GROUP BY orch, ms;',
      `${PHASE}Key format does not support schema.\nformat: KAFKA\nschema: Persistence{columns=[\`ORCH\` STRING KEY, \`MS\` INTEGER KEY], features=[]}\nreason: The 'KAFKA' format only supports a single field. Got: [\`ORCH\` STRING KEY, \`MS\` INTEGER KEY]`,
    ],
    [
      'partitions that do not correspond',
      'CREATE STREAM x AS SELECT * FROM jobs j JOIN signals s WITHIN 1 HOUR ON j.orch = s.orch;',
      `${PHASE}Can't join \`J\` with \`S\` since the number of partitions don't match. \`J\` partitions = 2; \`S\` partitions = 3. Please repartition either one so that the number of partitions match.`,
    ],
    [
      'an unknown property',
      "CREATE STREAM x (a INT) WITH (kafka_topic='t', value_format='JSON', partitions=1, colour='red');",
      'Failed to prepare statement: Invalid config variable(s) in the WITH clause: COLOUR',
    ],
    [
      'a table without a key',
      "CREATE TABLE x (a INT) WITH (kafka_topic='t', value_format='JSON', partitions=1);",
      'Tables require a PRIMARY KEY. Please define the PRIMARY KEY.',
    ],
    [
      'a source that is read',
      'DROP STREAM jobs;',
      'Cannot drop JOBS.\nThe following streams and/or tables read from this source: [PER_ORCH].\nYou need to drop them before dropping JOBS.',
    ],
    ['an unknown query', 'TERMINATE nope;', 'Unknown queryId: NOPE'],
    [
      'a value for no column',
      'INSERT INTO jobs (nope) VALUES (1);',
      "Failed to insert values into 'JOBS'. Column name `NOPE` does not exist.",
    ],
    [
      'a row without its primary key',
      "INSERT INTO orchs (region) VALUES ('eu');",
      "Failed to insert values into 'ORCHS'. Value for primary key column(s) ORCH is required for tables",
    ],
    [
      'results that do not fit the target',
      'INSERT INTO signals SELECT id AS orch, ms AS load2 FROM jobs;',
      'Incompatible schema between results and sink.\nResult schema is `ORCH` STRING KEY, `LOAD2` INTEGER\nSink schema is `ORCH` STRING KEY, `LOAD` DOUBLE',
    ],
  ])('%s', (_name, sql, message) => {
    expect(refusalOf(() => planAll(sql, context))).toBe(message);
  });
});

describe('refuses a pull query in ksqlDB’s words', () => {
  const more =
    ' See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query.';
  test.each([
    [
      'of a table that no query keeps',
      'SELECT * FROM orchs;',
      `The \`ORCHS\` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_ORCHS AS SELECT * FROM ORCHS'.${more}`,
    ],
    [
      'with a join',
      'SELECT * FROM per_orch p JOIN orchs o ON p.orch = o.orch;',
      `Pull queries don't support JOIN clauses.${more}`,
    ],
    [
      'with a record’s place',
      'SELECT orch, ROWOFFSET FROM per_orch;',
      "Pull queries don't support the following columns in SELECT clauses: `ROWOFFSET`\n",
    ],
    ['with a key of another type', 'SELECT * FROM per_orch WHERE orch IN (5);', /STRING/],
  ])('%s', (_name, sql, message) => {
    const refusal = refusalOf(() => pull(SET_UP, sql));
    if (typeof message === 'string') expect(refusal).toBe(message);
    else expect(refusal).toMatch(message);
  });
});

describe('plans transient queries', () => {
  it('looks a key up', () => {
    expect(pull(SET_UP, "SELECT * FROM per_orch WHERE orch = 'a' OR orch IN ('b', 'c');")).toMatchObject({
      kind: 'TABLE',
      lookups: [{ key: ['a'] }, { key: ['b'] }, { key: ['c'] }].map(
        (lookup) => expect.objectContaining(lookup) as unknown,
      ),
      columns: [
        { name: 'ORCH', isKey: true },
        { name: 'N', isKey: false },
      ],
    });
  });

  it('scans when the condition names no key', () => {
    const plan = pull(SET_UP, 'SELECT n FROM per_orch WHERE n > 1;');
    expect(plan.kind).toBe('TABLE');
    expect(plan).not.toHaveProperty('lookups');
  });

  it('counts rows without GROUP BY in a push query', () => {
    expect(push(SET_UP, 'SELECT COUNT(*) AS n FROM jobs EMIT CHANGES LIMIT 2;')).toMatchObject({
      isTable: true,
      limit: 2,
      columns: [{ name: 'N' }],
    });
  });
});
