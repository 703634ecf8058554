import { coveringRanges } from './covering-ranges';
import type { OpenPartition } from './covering-ranges';
import { behindBy } from './lag-count';

const open = (from: bigint, to: bigint, partition = 0, topic = 't'): OpenPartition => ({
  topic,
  partition,
  from,
  to,
});
const at = (offset: bigint, partition = 0, topic = 't') => ({ topic, partition, offset });

describe('how far a sink is behind', () => {
  it.each<[string, OpenPartition[], ReturnType<typeof at>[], number]>([
    ['nothing where nothing is open', [], [], 0],
    ['nothing where only markers are', [open(5n, 6n), open(9n, 10n, 1)], [], 0],
    ['the records that are there', [open(5n, 9n)], [at(5n), at(7n)], 2],
    ['no records of others', [open(5n, 9n)], [at(4n), at(9n), at(6n, 1), at(6n, 0, 'u')], 0],
    ['the distance of one that is far behind', [open(0n, 5_000n), open(1n, 2n, 1)], [at(1n, 1)], 5_001],
  ])('is %s', (_what, partitions, records, expected) => {
    expect(behindBy(partitions, records)).toBe(expected);
  });

  it('reads what two sinks have open of one partition once', () => {
    const ranges = coveringRanges([open(5n, 9n), open(3n, 8n), open(1n, 2n, 1)]);
    expect(ranges.get('t')).toEqual(
      new Map([
        [0, { from: 3n, to: 9n }],
        [1, { from: 1n, to: 2n }],
      ]),
    );
  });
});
