import { goneRanges, openRanges, pendingRange } from './compare-partition';
import type { PartitionState } from './compare-partition';

const lake = (first: bigint, last: bigint, gaps: [bigint, bigint][] = []): PartitionState['lake'] => ({
  topic: 't',
  partition: 0,
  rows: last - first + 1n,
  first,
  last,
  gaps: gaps.map(([from, to]) => ({ from, to })),
  twice: 0n,
  twiceAt: [],
});
const state = (rest: Partial<PartitionState>): PartitionState => ({ topic: 't', partition: 0, ...rest });

describe('offsets that must be looked at', () => {
  it.each<[string, Partial<PartitionState>, [bigint, bigint][]]>([
    [
      'nothing where the table has all',
      { held: { from: 0n, to: 10n }, committed: 10n, lake: lake(0n, 9n) },
      [],
    ],
    [
      'gaps between rows',
      { held: { from: 0n, to: 10n }, committed: 10n, lake: lake(0n, 9n, [[3n, 5n]]) },
      [[3n, 5n]],
    ],
    [
      'what comes before the first row and after the last, as far as the sink is done',
      { held: { from: 0n, to: 20n }, committed: 12n, lake: lake(2n, 9n) },
      [
        [0n, 2n],
        [10n, 12n],
      ],
    ],
    [
      'nothing that retention has taken from the topic',
      {
        held: { from: 8n, to: 20n },
        committed: 20n,
        lake: lake(2n, 19n, [
          [3n, 5n],
          [7n, 9n],
        ]),
      },
      [[8n, 9n]],
    ],
    [
      'all that the sink has passed, where there is no table',
      { held: { from: 0n, to: 9n }, committed: 4n },
      [[0n, 4n]],
    ],
    ['nothing before the sink has begun', { held: { from: 0n, to: 9n } }, []],
    ['nothing of an empty topic', { lake: lake(0n, 5n), committed: 6n }, []],
  ])('%s', (_what, given, expected) => {
    expect(openRanges(state(given))).toEqual(expected.map(([from, to]) => ({ from, to })));
  });
});

describe('offsets that the sink has not reached', () => {
  it.each<[string, Partial<PartitionState>, [bigint, bigint] | undefined]>([
    ['all without a word from the sink', { held: { from: 5n, to: 9n } }, [5n, 9n]],
    ['those after its word', { held: { from: 0n, to: 9n }, committed: 7n, lake: lake(0n, 6n) }, [7n, 9n]],
    [
      'none when rows are ahead of its word',
      { held: { from: 0n, to: 9n }, committed: 2n, lake: lake(0n, 8n) },
      undefined,
    ],
    ['none of an empty topic', {}, undefined],
  ])('%s', (_what, given, expected) => {
    expect(pendingRange(state(given))).toEqual(expected && { from: expected[0], to: expected[1] });
  });
});

describe('offsets of which nobody can tell any more', () => {
  const gaps: [bigint, bigint][] = [
    [3n, 5n],
    [8n, 9n],
  ];

  it.each<[string, Partial<PartitionState>, [bigint, bigint][]]>([
    ['none while the topic holds all', { held: { from: 0n, to: 20n }, lake: lake(0n, 9n, gaps) }, []],
    [
      'gaps that retention has reached',
      { held: { from: 4n, to: 20n }, lake: lake(0n, 9n, gaps) },
      [[3n, 4n]],
    ],
    [
      'what lay between the last row and the topic that is left',
      { held: { from: 15n, to: 20n }, lake: lake(0n, 9n) },
      [[10n, 15n]],
    ],
    ['none before the first row, as nobody says when the table began', { held: { from: 15n, to: 20n } }, []],
  ])('%s', (_name, given, expected) => {
    expect(goneRanges(state(given))).toEqual(expected.map(([from, to]) => ({ from, to })));
  });
});
