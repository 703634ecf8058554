import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { playTraffic } from './player';

describe('a player whose brokers do not answer', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'naap-player-'));
  const sockets = new Set<Socket>();
  let broker: Server;

  beforeAll(async () => {
    // Takes connections and says nothing, as a broker without a controller does.
    broker = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
    writeFileSync(path.join(folder, 'password'), 'p');
    writeFileSync(path.join(folder, 'ca'), '');
  });
  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    broker.close();
    rmSync(folder, { recursive: true });
  });

  it('gives up when its patience is over, not when its client does', async () => {
    const { port } = broker.address() as AddressInfo;
    const ingest = { bootstrap: [`127.0.0.1:${port}`], caFile: path.join(folder, 'ca') };
    const endpoints = { kafka: { ingest } } as unknown as PlatformEndpoints;
    const playing = playTraffic(endpoints, {
      records: [],
      gateways: [{ username: 'gateway-1', passwordFile: path.join(folder, 'password') }],
      pace: 'unlimited',
      patienceMs: 200,
    });
    await expect(playing.done).rejects.toThrow('no answer of the brokers in time');
    expect(sockets.size).toBeGreaterThan(0);
  }, 20_000);
});
