/** What a server does not do: more than it may, for people that it should not, in ksqlDB's words. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';
import { ksql, send } from './support/http-client';

type Answer = Awaited<ReturnType<typeof send>>;

let running: RunningEngine | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(...properties: readonly string[]): Promise<string> {
  const text = [
    'listeners=http://127.0.0.1:0',
    'ksql.streams.auto.offset.reset=earliest',
    ...properties,
  ].join('\n');
  running = await startEngine({ text, memory: true, log: () => undefined });
  const base = running.urls[0]!;
  await ksql(
    base,
    `CREATE STREAM s (k STRING KEY, v STRING) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');
     CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;`,
  );
  await ksql(base, `INSERT INTO s VALUES ('a', '${'x'.repeat(50_000)}'); INSERT INTO s VALUES ('b', 'y');`);
  await running.engine.driver.drained();
  return base;
}

const query = (base: string, sql: string): Promise<Answer> =>
  send(base, { method: 'POST', path: '/query-stream', body: JSON.stringify({ sql }) });
const refusal = ({ status, text }: Answer): [number, number, string] => {
  const { error_code: code, message } = JSON.parse(text) as { error_code: number; message: string };
  return [status, code, message];
};

it('answers so many pull queries a second', async () => {
  const base = await start('ksql.query.pull.max.qps=2');
  const answers = [
    await query(base, 'SELECT * FROM t;'),
    await query(base, 'SELECT * FROM t;'),
    await query(base, 'SELECT * FROM t;'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(refusal(answers[2]!)).toEqual([
    429,
    42900,
    'Host is at rate limit for pull queries. Currently set to 2 qps.',
  ]);
});

it('answers so many pull queries at the same time, and more once they are done', async () => {
  const base = await start('ksql.query.pull.max.concurrent.requests=1');
  const leave = running!.engine.pullLimits.enter();
  expect(refusal(await query(base, 'SELECT * FROM s;'))).toEqual([
    429,
    42900,
    'Host is at concurrency limit for pull queries. Currently set to maximum 1 concurrent requests.',
  ]);
  leave();
  for (let i = 0; i < 3; i++) expect((await query(base, 'SELECT * FROM s;')).status).toBe(200);
});

it('sends so many megabytes of pull queries an hour', async () => {
  const base = await start('ksql.query.pull.max.hourly.bandwidth.megabytes=1');
  let answer = await query(base, 'SELECT * FROM s;');
  for (let i = 0; answer.status === 200 && i < 50; i++) answer = await query(base, 'SELECT * FROM s;');
  expect(refusal(answer)[2]).toBe(
    'Host is at bandwidth rate limit for pull queries. Currently set to 1 megabytes per hour.',
  );
});

it('gives no more rows, and takes no longer, than it may', async () => {
  const base = await start('ksql.query.pull.max.rows=1');
  expect(refusal(await query(base, 'SELECT * FROM t;'))[2]).toContain('ksql.query.pull.max.rows');
  expect((await query(base, "SELECT * FROM t WHERE k = 'a';")).status).toBe(200);
});

it('runs so many push and persistent queries', async () => {
  const base = await start('ksql.max.push.queries=1', 'ksql.query.persistent.active.limit=1');
  const open = query(base, 'SELECT * FROM s EMIT CHANGES;');
  while (running!.engine.transientQueries.list().length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(refusal(await query(base, 'SELECT v FROM s EMIT CHANGES;'))).toEqual([
    400,
    40000,
    "Not executing statement(s) 'SELECT v FROM s EMIT CHANGES;' as it would cause the number of active, push queries to exceed the configured limit. Terminate already running PUSH queries, or increase the 'ksql.max.push.queries' setting via the 'ksql-server.properties' file. Current push query count: 1. Configured limit: 1.",
  ]);
  running!.engine.transientQueries.closeAll();
  await open;
  await expect(ksql(base, 'CREATE STREAM two AS SELECT * FROM s;')).rejects.toThrow(
    'number of active, persistent queries to exceed',
  );
});

it('takes properties of pull queries that stock takes', async () => {
  const base = await start();
  const properties = {
    'ksql.query.pull.max.allowed.offset.lag': '100',
    'ksql.query.pull.table.scan.enabled': 'true',
  };
  const answer = await send(base, {
    method: 'POST',
    path: '/query-stream',
    body: JSON.stringify({ sql: 'SELECT * FROM t;', properties }),
  });
  expect(answer.status).toBe(200);
});

it('takes no request that is larger than it may be', async () => {
  const base = await start('ksql.max.request.bytes=60000');
  const body = JSON.stringify({ ksql: `SHOW STREAMS;${' '.repeat(70_000)}` });
  expect(refusal(await send(base, { method: 'POST', path: '/ksql', body }))).toEqual([
    413,
    41300,
    'The request is larger than 60000 bytes (ksql.max.request.bytes).',
  ]);
});

describe('a foreign page', () => {
  test.each<[string, Record<string, string>, number]>([
    ['that made its name lead here', { host: 'evil.example:8088' }, 403],
    ['that asks from afar', { origin: 'https://evil.example' }, 403],
    ['from this machine', { origin: 'http://localhost:3000' }, 200],
    ['without an origin to tell', { origin: 'null' }, 403],
  ])('%s: %j gives %d', async (_name, headers, status) => {
    const base = await start();
    const answer = await send(base, { method: 'GET', path: '/info', headers });
    expect(answer.status).toBe(status);
    if (status === 403) expect(refusal(answer)[1]).toBe(40300);
  });

  it('is let in by ksql.allowed.hosts', async () => {
    const base = await start('ksql.allowed.hosts=Console.Example');
    const headers = { host: 'console.example:80', origin: 'https://console.example' };
    expect((await send(base, { method: 'GET', path: '/info', headers })).status).toBe(200);
  });
});

test.each(['--http2', '--http2-prior-knowledge'])('speaks HTTP/2 without TLS: curl %s', async (option) => {
  const base = await start();
  const args = [
    '-s',
    '-w',
    ' %{http_version}',
    option,
    '-d',
    '{"sql":"SELECT k FROM s LIMIT 1;"}',
    `${base}/query-stream`,
  ];
  // The engine runs in this process: it must not wait for curl.
  const { stdout } = await promisify(execFile)('curl', args);
  expect(stdout).toMatch(/^\{"queryId".*\n\["a"\]\n 2$/s);
});
