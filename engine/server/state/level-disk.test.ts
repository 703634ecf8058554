import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Column } from '../../catalog/catalog';
import type { StoredRow } from '../../runtime/contracts';
import { KeyValueStore } from '../../runtime/stores/key-value-store';
import { orderedKeyCodec } from '../../runtime/stores/ordered-key';
import type { Spillable } from '../../runtime/stores/spill';
import type { StoreShape } from '../../runtime/stores/state-store';
import { WindowStore } from '../../runtime/stores/window-store';
import { LevelDisk } from './level-disk';

const TEXT: Column = { name: 'K', type: { kind: 'STRING' } };
const NUMBER: Column = { name: 'N', type: { kind: 'BIGINT' } };
const shape = (kind: 'KEY_VALUE' | 'WINDOW', retentionMs?: number): StoreShape => ({
  spec: {
    name: 'store',
    changelogTopic: 'changelog',
    kind,
    cleanupPolicy: 'compact',
    windowSizeMs: kind === 'WINDOW' ? 10 : undefined,
    retentionMs,
    keyColumns: [TEXT],
    valueColumns: [NUMBER],
  },
  stateColumns: [NUMBER],
});

type LogRecord = readonly [key: Buffer, value: Buffer | null, timestamp: number];
/** Nothing may stay in memory that lies on disk. */
const NO_MEMORY = 0;

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'naap-state-'))));
afterEach(() => rmSync(directory, { recursive: true }));

async function writeSettled(disk: LevelDisk, store: Spillable, offset: number, name = 'area'): Promise<void> {
  const { changes, facts, expiredBelow } = store.takeSettled();
  const checkpoint = { offset, facts, fingerprint: store.fingerprint, savedAt: 0 };
  await disk.write([{ name, changes, checkpoint, expiredBelow }]);
  store.written(changes);
}

async function rowsOf(store: { readonly view: KeyValueStore['view'] }): Promise<string[]> {
  const rows: StoredRow[] = [];
  for await (const row of store.view.all()) rows.push(row);
  return rows.map(({ key, window, value }) => JSON.stringify([key, window?.start, value])).sort();
}

type Step =
  | { readonly do: 'put'; readonly key: string; readonly value: number | null }
  | { readonly do: 'commit' | 'write' | 'abort' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('put' as const),
        key: fc.constantFrom('a', 'b', 'c', 'd\0e', ''),
        value: fc.option(fc.nat(9)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'write' as const, 'abort' as const) }),
    },
  ),
  { maxLength: 40 },
);

test('a table on disk is what was committed, wherever it is left and taken up again', async () => {
  let run = 0;
  const disk = await LevelDisk.open(directory, 'owner');
  await fc.assert(
    fc.asyncProperty(steps, async (sequence: readonly Step[]) => {
      const area = `area ${run++}`;
      const committed: LogRecord[] = [];
      let open: LogRecord[] = [];
      const build = () =>
        new KeyValueStore(shape('KEY_VALUE'), (_topic, ...record) => void open.push(record));
      const model = new Map<string, number>();
      let uncommitted = new Map(model);
      let store = build();
      store.spillTo(disk.area(area), NO_MEMORY);
      const recover = async () => {
        open = [];
        store = build();
        const checkpoint = disk.checkpoint(area);
        if (checkpoint) await store.resume(disk.area(area), NO_MEMORY);
        else store.spillTo(disk.area(area), NO_MEMORY);
        for (const record of committed.slice(checkpoint?.offset ?? 0)) store.restore(...record);
        uncommitted = new Map(model);
      };
      for (const step of sequence) {
        if (step.do === 'put') {
          store.put([step.key], step.value === null ? null : [step.value], 1);
          if (step.value === null) uncommitted.delete(step.key);
          else uncommitted.set(step.key, step.value);
          expect(store.get([step.key])?.value[0]).toBe(uncommitted.get(step.key));
        } else if (step.do === 'commit') {
          store.flushChangelog();
          store.seal();
          store.settle();
          committed.push(...open);
          open = [];
          model.clear();
          for (const [key, value] of uncommitted) model.set(key, value);
        } else if (step.do === 'write') await writeSettled(disk, store, committed.length, area);
        else await recover();
      }
      expect(await rowsOf(store)).toEqual(
        [...uncommitted].map(([k, n]) => JSON.stringify([[k], undefined, [n]])).sort(),
      );
      await recover();
      expect(await rowsOf(store)).toEqual(
        [...model].map(([k, n]) => JSON.stringify([[k], undefined, [n]])).sort(),
      );
    }),
    { numRuns: 40 },
  );
  await disk.close();
}, 60_000);

test('windows go by retention, on disk too, and a later process knows those that are left', async () => {
  const disk = await LevelDisk.open(directory, 'owner');
  const store = new WindowStore(shape('WINDOW', 100), () => undefined);
  store.spillTo(disk.area('area'), NO_MEMORY);
  for (const start of [0, 10, 200, 250]) {
    store.put('k', start, { key: ['k'], value: [start], timestamp: start });
    store.flushChangelog();
    store.seal();
    store.settle();
    await writeSettled(disk, store, start);
  }
  const found = [JSON.stringify([['k'], 200, [200]]), JSON.stringify([['k'], 250, [250]])];
  expect(await rowsOf(store)).toEqual(found);
  const later = new WindowStore(shape('WINDOW', 100), () => undefined);
  await later.resume(disk.area('area'), NO_MEMORY, disk.checkpoint('area')!.facts);
  expect(await rowsOf(later)).toEqual(found);
  expect(later.maxTimestamp).toBe(250);
  const onDisk: unknown[] = [];
  for await (const entry of disk.area('area').entries(Buffer.alloc(0), undefined)) onDisk.push(entry);
  expect(onDisk).toHaveLength(2);
  await disk.close();
});

test('ranges of keys are read in order', async () => {
  const disk = await LevelDisk.open(directory, 'owner');
  const store = new KeyValueStore(shape('KEY_VALUE'), () => undefined);
  store.spillTo(disk.area('area'), NO_MEMORY);
  for (const key of ['b', 'a', 'é', 'ab', 'c']) store.put([key], [1], 1);
  store.flushChangelog();
  store.seal();
  store.settle();
  await writeSettled(disk, store, 5);
  const keys: unknown[] = [];
  for await (const { key } of store.view.all({ from: ['ab'], below: ['é'] })) keys.push(key[0]);
  expect(keys).toEqual(['ab', 'b', 'c']);
  await disk.close();
});

test('what another owner left, and an area that was dropped, is not there any more', async () => {
  const first = await LevelDisk.open(directory, 'one');
  const store = new KeyValueStore(shape('KEY_VALUE'), () => undefined);
  store.spillTo(first.area('area'), NO_MEMORY);
  await writeSettled(first, store, 7);
  await first.close();
  const again = await LevelDisk.open(directory, 'one');
  expect(again.checkpoint('area')?.offset).toBe(7);
  await again.drop('area');
  expect(again.checkpoint('area')).toBeUndefined();
  await writeSettled(again, store, 8);
  await again.close();
  const other = await LevelDisk.open(directory, 'two');
  expect(other.checkpoint('area')).toBeUndefined();
  await other.close();
});

test('keys have the order of their values, and come back as they were', () => {
  const texts = orderedKeyCodec([TEXT]);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(texts.decode(texts.encode([a]), 0)).toEqual([a]);
      expect(Math.sign(Buffer.compare(texts.encode([a]), texts.encode([b])))).toBe(
        a < b ? -1 : a > b ? 1 : 0,
      );
    }),
  );
  const pairs = orderedKeyCodec([NUMBER, TEXT]);
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.option(fc.string()), (a, b, text) => {
      expect(pairs.decode(pairs.encode([a, text]), 0)).toEqual([a, text]);
      if (a !== b) expect(Buffer.compare(pairs.encode([a, text]), pairs.encode([b, text])) < 0).toBe(a < b);
    }),
  );
});
