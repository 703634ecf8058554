/** The server's endpoints and its edges, with topics in memory. */
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'undici';
import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';
import { ksql, rows, send } from './support/http-client';

const CONFIG =
  'listeners=http://127.0.0.1:0\nksql.streams.auto.offset.reset=earliest\nksql.max.request.bytes=20000\nksql.max.push.queries=2\nksql.query.persistent.active.limit=2\n';

let running: RunningEngine;
let base: string;
beforeAll(async () => {
  running = await startEngine({ text: CONFIG, memory: true, log: () => undefined });
  base = running.urls[0]!;
  await ksql(
    base,
    `CREATE STREAM s (k STRING KEY, v INT, at TIMESTAMP, tags MAP<STRING, INT>) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='JSON');
     CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k EMIT CHANGES;`,
  );
});
afterAll(() => running.stop());

/** One HTTP/2 request with prior knowledge; the whole answer. */
async function http2(path: string, body: string): Promise<{ status: number; text: string }> {
  const session = connectHttp2(base);
  const stream = session.request({ ':method': 'POST', ':path': path });
  stream.end(body);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  session.close();
  return { status: Number(headers[':status']), text };
}

it('takes rows over HTTP/2 and acknowledges each', async () => {
  const { status, text } = await http2(
    '/inserts-stream',
    '{"target":"S"}\n{"K":"a","V":1,"AT":"2026-01-02T03:04:05","TAGS":{"x":1}}\n{"k":"a","v":2}\n{"NOPE":1}\n',
  );
  expect(status).toBe(200);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: string; seq: number; message?: string });
  expect(lines.map((line) => [line.status, line.seq])).toEqual([
    ['ok', 0],
    ['ok', 1],
    ['error', 2],
  ]);
  expect(lines[2]!.message).toContain('NOPE');
  await running.engine.driver.drained();
  expect(await rows(base, "SELECT n FROM t WHERE k = 'a';")).toEqual([[2]]);
  expect((await rows(base, 'SELECT v, at, tags FROM s;'))[0]).toEqual([
    1,
    '2026-01-02T03:04:05.000',
    { x: 1 },
  ]);
});

it('answers a push query over a WebSocket', async () => {
  const request = encodeURIComponent(JSON.stringify({ ksql: 'SELECT k, v FROM s EMIT CHANGES LIMIT 2;' }));
  const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/query?request=${request}`);
  const messages: unknown[] = [];
  socket.addEventListener('message', (event) => messages.push(JSON.parse(String(event.data))));
  await new Promise((resolve) => socket.addEventListener('close', resolve));
  expect(messages.slice(1)).toEqual([{ row: { columns: ['a', 1] } }, { row: { columns: ['a', 2] } }]);
});

it('prints a topic', async () => {
  const answer = await send(base, {
    method: 'POST',
    path: '/query',
    body: JSON.stringify({ ksql: 'PRINT s FROM BEGINNING LIMIT 1;' }),
  });
  expect(answer.text).toMatch(/key: a, value: \{"V":1,.*\}, partition: 0\n$/);
});

it('closes a push query by its id, and lets no more run than it may', async () => {
  const push = () =>
    send(base, {
      method: 'POST',
      path: '/query-stream',
      body: JSON.stringify({ sql: 'SELECT * FROM s EMIT CHANGES;' }),
    });
  const open = [push(), push()];
  while (running.engine.transientQueries.list().length < 2)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = await push();
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('exceed the configured limit');
  for (const { id } of running.engine.transientQueries.list()) {
    expect(
      (await send(base, { method: 'POST', path: '/close-query', body: JSON.stringify({ queryId: id }) }))
        .status,
    ).toBe(200);
  }
  expect((await Promise.all(open)).map(({ status }) => status)).toEqual([200, 200]);
});

it('refuses what is too large, a foreign host or origin, and a query too many', async () => {
  expect(
    (await send(base, { method: 'POST', path: '/ksql', body: JSON.stringify({ ksql: ' '.repeat(30_000) }) }))
      .status,
  ).toBe(413);
  expect((await send(base, { method: 'GET', path: '/info', headers: { host: 'evil.example' } })).status).toBe(
    403,
  );
  expect(
    (await send(base, { method: 'GET', path: '/info', headers: { origin: 'https://evil.example' } })).status,
  ).toBe(403);
  await ksql(base, 'CREATE STREAM one AS SELECT * FROM s;');
  await expect(ksql(base, 'CREATE STREAM two AS SELECT * FROM s;')).rejects.toThrow(
    'exceed the configured limit',
  );
});

it('validates a request as a whole: a last statement that fails makes it a dry run', async () => {
  await expect(
    ksql(
      base,
      "CREATE STREAM dry (k STRING KEY, v INT) WITH (KAFKA_TOPIC='dry', PARTITIONS=1, VALUE_FORMAT='JSON'); CREATE TYPE dry_type AS INT; DROP STREAM not_there;",
    ),
  ).rejects.toThrow('Stream NOT_THERE does not exist.');
  expect(running.engine.catalog.getSource('DRY')).toBeUndefined();
  expect(await running.broker.topic('dry')).toBeUndefined();
});

test.each([
  ['bytes that are no HTTP', 'GARBAGE\r\n\r\n'],
  ['half a request', 'POST /ksql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{'],
  ['a broken HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nnonsense nonsense nonsense'],
])('survives %s', async (_name, bytes) => {
  const socket = connectTcp(Number(new URL(base).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  expect((await send(base, { method: 'GET', path: '/healthcheck' })).status).toBe(200);
});

it('asks for user and password where the configuration says so', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'naap-auth-'));
  writeFileSync(
    join(directory, 'jaas.conf'),
    'KsqlServer-Props { org.eclipse.jetty.jaas.spi.PropertyFileLoginModule required file="users"; };',
  );
  writeFileSync(join(directory, 'users'), 'ana: pass:word,developer\nbob: hidden,guest\n');
  const text = `${CONFIG}authentication.method=BASIC\nauthentication.roles=developer\njava.security.auth.login.config=${join(directory, 'jaas.conf')}\n`;
  const guarded = await startEngine({ text, memory: true, log: () => undefined });
  const status = async (user?: string) =>
    (
      await send(guarded.urls[0]!, {
        method: 'GET',
        path: '/info',
        headers: user ? { authorization: `Basic ${Buffer.from(user).toString('base64')}` } : {},
      })
    ).status;
  expect([
    await status(),
    await status('ana:wrong'),
    await status('bob:hidden'),
    await status('ana:pass:word'),
  ]).toEqual([401, 401, 401, 200]);
  await guarded.stop();
});
