/** Requests that wish for another protocol, however their bytes are cut: h2c is begun with the first, else they are answered as they stand. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../../engine/server/bootstrap';
import type { RunningEngine } from '../../engine/server/bootstrap';

let running: RunningEngine;
beforeAll(async () => {
  running = await startEngine({ text: 'listeners=http://127.0.0.1:0\n', memory: true, log: () => undefined });
});
afterAll(() => running.stop());

/** A GET of /info that asks for a protocol; its body is empty. */
function asking(protocol: string): string {
  const settings = protocol === 'h2c' ? ['HTTP2-Settings: AAMAAABk'] : [];
  const wish = [`Connection: Upgrade, HTTP2-Settings`, `Upgrade: ${protocol}`, ...settings];
  return ['GET /info HTTP/1.1', 'Host: 127.0.0.1', ...wish, '', ''].join('\r\n');
}

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(running.urls[0]!).port), '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

/** Reads until a text has come. */
async function readUntil(socket: Socket, wanted: string): Promise<string> {
  let text = '';
  while (!text.includes(wanted)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
  }
  return text;
}

test.each([
  ['in one piece', (text: string) => [text]],
  ['in two, cut before the wish', (text: string) => [text.slice(0, 20), text.slice(20)]],
  ['byte by byte', (text: string) => [...text]],
])('h2c is begun when the request comes %s', async (_name, cut) => {
  const socket = await open();
  const answer = readUntil(socket, '\r\n\r\n');
  for (const piece of cut(asking('h2c'))) {
    socket.write(piece);
    await sleep(1);
  }
  expect(await answer).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  socket.destroy();
});

test.each(['h2c', 'TLS/1.0'])(
  'a wish for %s on a connection in use is answered as if unsaid',
  async (protocol) => {
    const socket = await open();
    for (const request of [
      'GET /info HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
      asking(protocol),
      asking(protocol),
    ]) {
      const answer = readUntil(socket, 'serverStatus');
      socket.write(request);
      expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    }
    socket.destroy();
  },
);
