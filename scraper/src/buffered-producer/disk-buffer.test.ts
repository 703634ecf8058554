import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskBuffer } from './disk-buffer';
import type { DiskBufferOptions } from './disk-buffer';
import type { OutgoingRecord, RecordValue } from './record';
import { openLevelStore } from './store';

const root = mkdtempSync(join(tmpdir(), 'buffer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(root, String(folders++));
const record = (text: string, size = 0): OutgoingRecord => ({
  key: text,
  value: Buffer.from(text.padEnd(size, '.')),
  timestamp: 1_700_000_000_123,
});
const logged: string[] = [];
const open = (folder: string, options: Partial<DiskBufferOptions> = {}): Promise<DiskBuffer> =>
  DiskBuffer.open({
    folder,
    maxBytes: 1_000_000,
    log: (_, message) => logged.push(message),
    commitMs: 1,
    ...options,
  });
const keys = async (buffer: DiskBuffer): Promise<(string | null)[]> =>
  (await buffer.read(1_000, 1e9)).map(({ key }) => key);
const append = (buffer: DiskBuffer, names: string[], worth?: RecordValue, size?: number): Promise<void[]> =>
  Promise.all(names.map((name) => buffer.append(record(name, size), worth)));

describe('disk buffer', () => {
  test('gives records back as they came, in order across their worth, until they are removed', async () => {
    const buffer = await open(newFolder());
    await buffer.append({ ...record('a'), headers: { source: 'x' } }, 'low');
    await buffer.append({ key: null, value: Buffer.from([0, 255]), timestamp: 5 }, 'high');
    await buffer.append(record('c'));
    const [first, second] = await buffer.read(2, 1e9);
    expect(first).toMatchObject({ ...record('a'), headers: { source: 'x' }, worth: 'low' });
    expect(second).toMatchObject({ key: null, value: Buffer.from([0, 255]), timestamp: 5 });
    await buffer.remove([first!, second!]);
    expect(await keys(buffer)).toEqual(['c']);
    await buffer.close();
  });

  test('is there again after its process ended, in the same order, and goes on from there', async () => {
    const folder = newFolder();
    const before = await open(folder);
    await append(before, ['a', 'b', 'c']);
    await before.remove(await before.read(1, 1e9));
    const { held } = before.counts();
    await before.close();
    const after = await open(folder);
    expect(after.counts().held).toEqual(held);
    await append(after, ['d'], 'low');
    expect(await keys(after)).toEqual(['b', 'c', 'd']);
    await after.close();
  });

  test('bounds what one read gives by number and bytes, but gives one record at least', async () => {
    const buffer = await open(newFolder());
    await append(buffer, ['a', 'b', 'c'], 'normal', 1_000);
    expect(await buffer.read(2, 1e9)).toHaveLength(2);
    expect(await buffer.read(3, 2_200)).toHaveLength(2);
    expect(await buffer.read(3, 10)).toHaveLength(1);
    await buffer.close();
  });

  test('when full, gives up the oldest of the least worth first, counts them, and remembers the count', async () => {
    const folder = newFolder();
    const options = { maxBytes: 10_500 };
    const buffer = await open(folder, options);
    await append(buffer, ['h1', 'h2'], 'high', 970);
    await append(buffer, ['l1', 'l2', 'l3'], 'low', 970);
    await append(buffer, ['n1', 'n2', 'n3', 'n4', 'n5'], 'normal', 970);
    expect(buffer.counts().dropped.low.records).toBe(0);
    await append(buffer, ['n6', 'n7'], 'normal', 970);
    expect(await keys(buffer)).toEqual(['h1', 'h2', 'l3', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7']);
    await buffer.remove([]);
    await buffer.close();
    const again = await open(folder, options);
    await append(again, ['h3', 'h4', 'h5'], 'high', 970);
    expect(await keys(again)).toEqual(['h1', 'h2', 'n3', 'n4', 'n5', 'n6', 'n7', 'h3', 'h4', 'h5']);
    expect(again.counts().dropped).toMatchObject({
      low: { records: 3 },
      normal: { records: 2 },
      high: { records: 0 },
    });
    expect(logged.join('\n')).toContain('records given up');
    await again.close();
  });

  test('never gives up what is being sent, and its counts hold', async () => {
    const buffer = await open(newFolder(), { maxBytes: 5_100 });
    await append(buffer, ['a', 'b'], 'low', 970);
    const lent = await buffer.read(10, 1e9);
    await append(buffer, ['c', 'd', 'e', 'f', 'g'], 'normal', 970);
    await buffer.remove(lent);
    const rest = await buffer.read(10, 1e9);
    expect(rest.map(({ key }) => key)).toEqual(['e', 'f', 'g']);
    await buffer.remove(rest);
    expect(buffer.counts().held).toEqual({
      low: { records: 0, bytes: 0 },
      normal: { records: 0, bytes: 0 },
      high: { records: 0, bytes: 0 },
    });
    await buffer.close();
  });

  test('holds its writers back while the disk refuses, loses nothing, and says so once', async () => {
    logged.length = 0;
    let broken = true;
    const buffer = await open(newFolder(), {
      retryMs: 5,
      openStore: async (folder, onRepair) => {
        const store = await openLevelStore(folder, onRepair);
        const write: typeof store.write = (changes) =>
          broken ? Promise.reject(new Error('no space left on device')) : store.write(changes);
        return { ...store, write };
      },
    });
    const appended = append(buffer, ['a', 'b']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(buffer.counts()).toMatchObject({ writable: false, held: { normal: { records: 0 } } });
    broken = false;
    await appended;
    expect(buffer.counts().writable).toBe(true);
    expect(await keys(buffer)).toEqual(['a', 'b']);
    expect(logged).toEqual([
      'the buffer cannot be written: no space left on device; trying again',
      'the disk takes the buffer’s writes again',
    ]);
    await buffer.close();
  });

  test('says what is wrong: a folder in use, a record that can never fit, a closed buffer', async () => {
    const folder = newFolder();
    const buffer = await open(folder, { maxBytes: 100 });
    await expect(open(folder)).rejects.toThrow(/in use by another process/);
    await expect(buffer.append(record('x', 200))).rejects.toThrow(/does not fit into 100/);
    await buffer.close();
    await expect(buffer.append(record('x'))).rejects.toThrow('the buffer is closed');
  });
});
