import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Delivery, RejectedError } from './delivery';
import type { Transport } from './delivery';
import { DiskBuffer } from './disk-buffer';

const root = mkdtempSync(join(tmpdir(), 'delivery-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** A broker that answers each request as `answer` says. */
async function harness(answer: (keys: (string | null)[]) => void | Promise<void>) {
  const messages: string[] = [];
  const log = (_: string, message: string): void => void messages.push(message);
  const buffer = await DiskBuffer.open({
    folder: join(root, String(folders++)),
    maxBytes: 1e6,
    log,
    commitMs: 1,
  });
  const taken: (string | null)[] = [];
  const requests: (string | null)[][] = [];
  const transport: Transport = {
    send: async (records) => {
      const keys = records.map(({ key }) => key);
      requests.push(keys);
      await answer(keys);
      taken.push(...keys);
    },
    close: () => Promise.resolve(),
  };
  const delivery = new Delivery({ buffer, transport, log, lingerMs: 1, maxRecords: 4, retry: { firstMs: 5, maxMs: 10 } }); // prettier-ignore
  const add = (names: string[]): Promise<void[]> =>
    Promise.all(names.map((key) => buffer.append({ key, value: Buffer.from(key), timestamp: 1 })));
  return { buffer, delivery, messages, taken, requests, add };
}

describe('delivery', () => {
  test('sends in order, a request after the other, and forgets what was taken', async () => {
    const h = await harness(() => undefined);
    await h.add(['1', '2', '3', '4', '5', '6']);
    expect(await h.delivery.stop(2_000)).toBe(0);
    expect(h.taken).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(h.requests.every((request) => request.length <= 4)).toBe(true);
    expect(h.delivery.counts()).toMatchObject({ sent: 6, resent: 0, rejected: 0 });
    await h.buffer.close();
  });

  test('repeats a failed request as it was, before anything else', async () => {
    let failures = 3;
    const h = await harness(() => {
      if (failures-- > 0) throw new Error('connection refused');
    });
    await h.add(['1', '2', '3', '4', '5']);
    expect(await h.delivery.stop(2_000)).toBe(0);
    expect(h.taken).toEqual(['1', '2', '3', '4', '5']);
    expect(new Set(h.requests.slice(0, 4).map(String)).size).toBe(1);
    expect(h.delivery.counts()).toMatchObject({ failedRequests: 3, connected: true });
    expect(h.messages.filter((message) => message.includes('did not take'))).toHaveLength(1);
    await h.buffer.close();
  });

  test('a record that the broker refuses for good does not hold up the others', async () => {
    const h = await harness((keys) => {
      if (keys.includes('bad')) throw new RejectedError('the message is too large');
    });
    await h.add(['1', '2', 'bad', '4', '5']);
    expect(await h.delivery.stop(2_000)).toBe(0);
    expect(h.taken).toEqual(['1', '2', '4', '5']);
    expect(h.delivery.counts()).toMatchObject({ sent: 4, rejected: 1 });
    expect(h.messages.join('\n')).toContain(
      'record of key "bad", 3 bytes, for good (the message is too large)',
    );
    await h.buffer.close();
  });

  test('stops in the time it has, and leaves on disk what was not taken', async () => {
    const h = await harness(() => new Promise(() => undefined));
    await h.add(['1', '2']);
    await sleep(20);
    const began = performance.now();
    expect(await h.delivery.stop(200)).toBe(2);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect((await h.buffer.read(10, 1e6)).map(({ key }) => key)).toEqual(['1', '2']);
    await h.buffer.close();
  });
});
