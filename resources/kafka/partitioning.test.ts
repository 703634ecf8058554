import type { PartitionMetadata } from 'kafkajs';
import { Partitioning } from './partitioning';

const TOPIC = 'telemetry.x.v1';
const records = Array.from({ length: 200 }, (_, index) => ({
  key: Buffer.from(`key-${index}`),
  value: String(index),
}));

function learned(partitions: number): Partitioning {
  const partitioning = new Partitioning();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 1,
  }));
  partitioning.createPartitioner()({
    topic: TOPIC,
    partitionMetadata: partitionMetadata as PartitionMetadata[],
    message: { key: 'any', value: 'any' },
  });
  return partitioning;
}

it('sends the first record alone, as it does not know the partitions yet', () => {
  const partitioning = new Partitioning();
  expect(partitioning.knows(TOPIC)).toBe(false);
  expect(partitioning.split(TOPIC, records)).toEqual([[records[0]], records.slice(1)]);
  expect(partitioning.split(TOPIC, [])).toEqual([]);
});

it('puts together what the producer would put into one partition, in order, and leaves nothing out', () => {
  const partitioning = learned(4);
  const groups = partitioning.split(TOPIC, records);
  expect(groups).toHaveLength(4);
  expect(groups.flat().sort((a, b) => Number(a.value) - Number(b.value))).toEqual(records);
  const place = partitioning.createPartitioner();
  for (const group of groups) {
    const partitionMetadata = [0, 1, 2, 3].map((partitionId) => ({
      partitionId,
      leader: 1,
    })) as PartitionMetadata[];
    const places = new Set(group.map((message) => place({ topic: TOPIC, partitionMetadata, message })));
    expect(places.size).toBe(1);
    expect(group.map(({ value }) => Number(value))).toEqual(
      group.map(({ value }) => Number(value)).sort((a, b) => a - b),
    );
  }
});

it('keeps the partition that a record names', () => {
  const named = records.slice(0, 6).map((record, index) => ({ ...record, partition: index % 2 }));
  const groups = learned(4).split(TOPIC, named);
  expect(groups.map((group) => group.map(({ partition }) => partition))).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
});
