/** `./naap ksql serve` as its user meets it: a process of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { naapCommand, ROOT } from '../support/cli';
import { ksql, rows, send } from './support/http-client';

const LIMIT_MS = 60_000;
jest.setTimeout(LIMIT_MS);

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function serve(...options: readonly string[]): Running {
  const child = spawn(process.execPath, naapCommand(['ksql', 'serve', ...options]), {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output: () => text, ended };
}

/** Waits until the process has said `text`; throws what it said instead when it ends before. */
async function says({ child, output }: Running, text: string): Promise<void> {
  while (!output().includes(text)) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('serves everything in memory, says so, and ends on Ctrl-C', async () => {
  const running = serve('--memory', '--listen', '0', '--property', 'ksql.streams.auto.offset.reset=earliest');
  try {
    await says(running, 'Ctrl-C ends it');
    const base = /http:\/\/127\.0\.0\.1:\d+/.exec(running.output())![0];
    const info = JSON.parse((await send(base, { method: 'GET', path: '/info' })).text) as {
      KsqlServerInfo: { serverInfo: string };
    };
    expect(info.KsqlServerInfo.serverInfo).toMatch(/local engine.*in memory/);
    await ksql(
      base,
      `CREATE STREAM s (k STRING KEY, v INT) WITH (KAFKA_TOPIC='s', PARTITIONS=1, VALUE_FORMAT='AVRO');
       CREATE TABLE t AS SELECT k, SUM(v) AS n FROM s GROUP BY k;`,
    );
    await ksql(base, "INSERT INTO s VALUES ('a', 1); INSERT INTO s VALUES ('a', 2);");
    expect(await rows(base, 'SELECT v FROM s EMIT CHANGES LIMIT 2;')).toEqual([[1], [2]]);
    const limit = Date.now() + 10_000;
    let found = await rows(base, "SELECT n FROM t WHERE k = 'a';");
    while (JSON.stringify(found) !== '[[3]]' && Date.now() < limit)
      found = await rows(base, "SELECT n FROM t WHERE k = 'a';");
    expect(found).toEqual([[3]]);
  } finally {
    running.child.kill('SIGINT');
  }
  expect(await running.ended).toBe(0);
});

it('says when its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { output, ended } = serve('--memory', '--listen', String((taken.address() as AddressInfo).port));
  expect(await ended).toBe(1);
  taken.close();
  expect(output()).toMatch(/cannot listen on 127\.0\.0\.1:\d+: the port is taken/);
});

it('says when no broker answers', async () => {
  const port = await freePort();
  const { output, ended } = serve('--bootstrap-server', `127.0.0.1:${port}`, '--listen', '0');
  expect(await ended).toBe(1);
  expect(output()).toContain(`no broker answers: cannot connect to 127.0.0.1:${port}`);
});

it('ends at once when it is interrupted while it waits for a broker', async () => {
  const running = serve('--bootstrap-server', `127.0.0.1:${await freePort()}`, '--listen', '0');
  await says(running, 'Connecting');
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(0);
});

it('is called wrongly: exit code 2 and what is expected', async () => {
  const { output, ended } = serve();
  expect([await ended, output()]).toEqual([2, expect.stringContaining('no broker is named')]);
});
