import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';
import type { Acl } from '../acl/acl';
import type { AclClient } from '../acl/acl-client';
import { HttpClient } from '../http/http-client';
import { KsqldbClient } from './ksqldb-client';
import { removeRetired } from './retire';
import type { Versions } from './versions';

/** Versions that are no longer declared, taken from the engine in memory; what Kafka would be told of rights is noted. */
let engine: RunningEngine;
let ksqldb: KsqldbClient;

beforeEach(async () => {
  engine = await startEngine({
    text: 'listeners=http://127.0.0.1:0\nksql.service.id=retire_',
    memory: true,
    log: () => undefined,
  });
  ksqldb = new KsqldbClient(new HttpClient({ url: engine.urls[0]! }));
  await make(
    "CREATE STREAM line (k STRING KEY, v INT) WITH (KAFKA_TOPIC='telemetry.line.v1', PARTITIONS=1, VALUE_FORMAT='JSON');",
  );
});
afterEach(() => engine.stop());

async function make(...statements: string[]): Promise<void> {
  for (const text of statements) await ksqldb.execute({ text, properties: {} });
}
const target = (name: string, topic: string): string =>
  `CREATE STREAM ${name} (k STRING KEY, v INT) WITH (KAFKA_TOPIC='${topic}', PARTITIONS=1, VALUE_FORMAT='JSON');`;
const insert = (into: string, from: string): string =>
  `INSERT INTO ${into} SELECT k, v FROM ${from} EMIT CHANGES;`;
const stream = (name: string, topic: string, from: string): string =>
  `CREATE STREAM ${name} WITH (KAFKA_TOPIC='${topic}', PARTITIONS=1, VALUE_FORMAT='JSON') AS SELECT k, v FROM ${from} EMIT CHANGES;`;
const table = (name: string, topic: string, from: string): string =>
  `CREATE TABLE ${name} WITH (KAFKA_TOPIC='${topic}', PARTITIONS=1, VALUE_FORMAT='JSON') AS SELECT k, COUNT(*) AS n FROM ${from} GROUP BY k EMIT CHANGES;`;

const right = (resourceName: string, pattern: Acl['pattern'] = 'LITERAL'): Acl => ({
  principal: 'User:ksqldb',
  host: '*',
  permission: 'ALLOW',
  operation: 'READ',
  resourceType: 'TOPIC',
  resourceName,
  pattern,
});

async function remove(declared: readonly string[], versions: Versions, rights: readonly Acl[] = []) {
  const deleted: Acl[] = [];
  const acls = {
    all: () => Promise.resolve([...rights]),
    delete: (gone: readonly Acl[]) => Promise.resolve(void deleted.push(...gone)),
  };
  const removed = await removeRetired({
    ksqldb,
    acls: acls as unknown as AclClient,
    declared: new Set(declared),
    versions,
  });
  const { sources, queries } = await ksqldb.state();
  return {
    removed,
    left: [...sources.keys()].sort(),
    running: queries.map(({ text }) => text.replace(/\s+/g, ' ')),
    deleted: deleted.map(({ resourceName }) => resourceName),
  };
}

it('takes numbered versions away, each after those that read it, and leaves all others', async () => {
  await make(
    table('sum_v1', 'gold.sum.v1', 'line'),
    table('sum_v2', 'gold.sum.v2', 'line'),
    stream('other', 'silver.other.v1', 'line'),
    "CREATE TABLE top_v1 WITH (KAFKA_TOPIC='gold.top.v1', PARTITIONS=1, VALUE_FORMAT='JSON') AS SELECT k, n FROM sum_v1 EMIT CHANGES;",
  );
  const found = await remove(['LINE', 'OTHER', 'SUM_V2'], { sum: { running: 2 }, top: { running: 2 } }, [
    right('gold.sum.v1'),
    right('gold.sum.v2'),
    right('gold.top.v1'),
    right('gold.', 'PREFIXED'),
    right('silver.other.v1'),
  ]);
  expect(found.removed).toEqual([
    'delete query "TOP_V1": its version is no longer declared',
    'delete query "SUM_V1": its version is no longer declared',
  ]);
  expect(found.left).toEqual(['LINE', 'OTHER', 'SUM_V2']);
  expect(found.deleted).toEqual(['gold.sum.v1', 'gold.top.v1']);
});

it('knows the version that carries no number, and ends what is inserted between two that go', async () => {
  await make(
    stream('a', 'silver.a.v1', 'line'),
    stream('a_v2', 'silver.a.v2', 'line'),
    target('t', 'silver.t.v1'),
    target('t_v2', 'silver.t.v2'),
    insert('t', 'a'),
    insert('t_v2', 'a_v2'),
  );
  const gone = { running: 2, plain: 1 };
  const found = await remove(['LINE', 'A_V2', 'T_V2', 'T_FROM_A_V2'], { a: gone, t: gone, t_from_a: gone });
  expect(found.removed.map((line) => line.split('"')[1]).sort()).toEqual(['A', 'T']);
  expect(found.left).toEqual(['A_V2', 'LINE', 'T_V2']);
  expect(found.running.filter((text) => text.startsWith('INSERT'))).toEqual([
    expect.stringContaining('INTO T_V2'),
  ]);
});

it('leaves a plain name alone while its version runs, or is about to go', async () => {
  await make(stream('a', 'silver.a.v1', 'line'), stream('a_v2', 'silver.a.v2', 'line'));
  const declared = ['LINE', 'A', 'A_V2'];
  for (const versions of [
    { a: { running: 1, candidate: 2, plain: 1 } },
    { a: { running: 2, retiring: [{ version: 1 }], plain: 1 } },
  ]) {
    expect(await remove(declared, versions)).toMatchObject({ removed: [], left: ['A', 'A_V2', 'LINE'] });
  }
});

it('takes nothing away that something else still reads, and names it', async () => {
  await make(stream('a', 'silver.a.v1', 'line'), stream('reader', 'silver.reader.v1', 'a'));
  await expect(remove(['LINE', 'READER'], { a: { running: 2, plain: 1 } })).rejects.toThrow(
    /A stays: query \S+ \(writes READER\) needs it/,
  );
  const { sources, queries } = await ksqldb.state();
  expect([...sources.keys()].sort()).toEqual(['A', 'LINE', 'READER']);
  expect(queries).toHaveLength(2);
});
