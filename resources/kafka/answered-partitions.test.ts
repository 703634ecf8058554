import type { PartitionMetadata } from 'kafkajs';
import { AnsweredPartitions } from './answered-partitions';

const partitionMetadata = [0, 1, 2].map((partitionId) => ({ partitionId, leader: 1 })) as PartitionMetadata[];

function sent(answered: AnsweredPartitions, topic: string, messages: readonly object[]): number[] {
  const place = answered.createPartitioner();
  return messages.map((message) =>
    place({ topic, partitionMetadata, message: message as { value: string } }),
  );
}

const answersOf = (topic: string, partitions: readonly number[]) =>
  partitions.map((partition) => ({ topicName: topic, partition }));

it('is content when every partition has answered, of every topic', () => {
  const answered = new AnsweredPartitions();
  const a = sent(answered, 'a', [
    { key: 'x', value: '1' },
    { key: 'y', value: '2' },
    { partition: 2, value: '3' },
  ]);
  const b = sent(answered, 'b', [{ value: null }]);
  expect(() => answered.check([...answersOf('a', a), ...answersOf('b', b)])).not.toThrow();
});

it('names the partitions that were left out, once', () => {
  const answered = new AnsweredPartitions();
  sent(answered, 'a', [
    { partition: 0, value: '1' },
    { partition: 2, value: '3' },
  ]);
  expect(() => answered.check(answersOf('a', [0]))).toThrow('not acknowledged, as a leader moved: a/2');
  sent(answered, 'a', [{ partition: 1, value: '1' }]);
  expect(() => answered.check(answersOf('a', [1]))).not.toThrow();
});

it('places a record without a key alike in each attempt', () => {
  const answered = new AnsweredPartitions();
  const messages = Array.from({ length: 50 }, (_, i) => ({ key: null, value: Buffer.from(`v${i}`) }));
  const places = sent(answered, 'a', messages);
  expect(sent(answered, 'a', messages)).toEqual(places);
  expect(new Set(places).size).toBe(3);
});
