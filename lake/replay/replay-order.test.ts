import { mergeInOrder } from './merge';
import { comparePlaces, parseProgress, progressText } from './position';
import type { RecordPlace } from './position';
import { partsOf } from './records';

const place = (orderTime: number, topic: string, partition = 0, offset = 0n): RecordPlace => ({
  orderTime,
  topic,
  partition,
  offset,
});

async function* streamOf(places: readonly RecordPlace[]): AsyncGenerator<RecordPlace> {
  for (const one of places) yield await Promise.resolve(one);
}

async function collect(streams: readonly (readonly RecordPlace[])[]): Promise<RecordPlace[]> {
  const all: RecordPlace[] = [];
  for await (const one of mergeInOrder(streams.map(streamOf))) all.push(one);
  return all;
}

describe('the order of a replay', () => {
  it('is by time, then topic, partition and offset as numbers', () => {
    const ordered = [
      place(1, 'b', 1, 10n),
      place(2, 'a', 2, 9n),
      place(2, 'a', 2, 10n),
      place(2, 'a', 10, 1n),
      place(2, 'b', 0, 0n),
    ];
    expect([...ordered].reverse().sort(comparePlaces)).toEqual(ordered);
  });

  it('puts an inventory and events together by time', async () => {
    const inventory = [place(1, 'nodes'), place(5, 'nodes'), place(5, 'nodes', 1)];
    const events = [place(2, 'events'), place(5, 'events'), place(9, 'events')];
    const merged = await collect([inventory, [], events]);
    expect(merged.map(({ orderTime, topic }) => `${orderTime} ${topic}`)).toEqual([
      '1 nodes',
      '2 events',
      '5 events',
      '5 nodes',
      '5 nodes',
      '9 events',
    ]);
  });
});

describe('progress', () => {
  it('comes back as it was written, offsets beyond 2^53 included', () => {
    const progress = { last: place(1, 'a.v1', 3, 9_007_199_254_740_993n), sent: 7 };
    expect(parseProgress(progressText(progress))).toEqual(progress);
  });

  it.each([undefined, null, '', 'something else', '{"a":'])('is none in %j', (text) => {
    expect(parseProgress(text)).toBeUndefined();
  });
});

describe('the parts of an hour', () => {
  const hour = { dt: '2026-01-31', hr: '12' };
  const start = Date.parse('2026-01-31T12:00:00Z');
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER };

  it('are one where rows are few', () => {
    expect(partsOf({ ...hour, rows: 10 }, all)).toEqual([{ from: start, to: start + 3_600_000 }]);
  });

  it('follow each other without a gap where they are many', () => {
    const parts = partsOf({ ...hour, rows: 1_700_000 }, all);
    expect(parts).toHaveLength(7);
    expect(parts[0]!.from).toBe(start);
    expect(parts.at(-1)!.to).toBe(start + 3_600_000);
    parts.slice(1).forEach((part, index) => expect(part.from).toBe(parts[index]!.to));
  });

  it('end where the range ends', () => {
    const range = { from: start + 1_000, to: start + 2_000 };
    expect(partsOf({ ...hour, rows: 1_000_000 }, range)).toEqual([range]);
  });
});
