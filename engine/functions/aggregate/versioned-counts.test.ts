import type { Long } from '../../types/sql-type';
import { VersionedCounts } from './versioned-counts';

/** The same numbers each time, without a pattern that matters here. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; yield state >>> 8) state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
}

test.each([1, 2, 3, 4])(
  'every version stays what it was, in whatever order they are read (seed %i)',
  (seed) => {
    const random = numbers(seed);
    const next = (below: number) => random.next().value! % below;
    const versions: { counts: VersionedCounts; expected: Map<string, Long> }[] = [
      { counts: VersionedCounts.of([['a', 1]]), expected: new Map([['a', 1]]) },
    ];
    for (let step = 0; step < 400; step++) {
      const { counts, expected } = versions[next(versions.length)]!;
      const key = 'abcdefgh'[next(8)]!;
      const count = next(4) === 0 ? undefined : next(1_000);
      const changed = new Map(expected);
      if (count === undefined) changed.delete(key);
      else changed.set(key, count);
      versions.push({ counts: counts.with(key, count), expected: changed });
    }
    for (let step = 0; step < 800; step++) {
      const { counts, expected } = versions[next(versions.length)]!;
      expect(counts.size).toBe(expected.size);
      expect([...counts].sort()).toEqual([...expected].sort());
      expect([counts.get('c'), counts.has('c')]).toEqual([expected.get('c'), expected.has('c')]);
    }
  },
);
