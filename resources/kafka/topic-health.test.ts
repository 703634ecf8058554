import { topicHealth } from './topic-health';

const whole = { leaderId: 1, replicaNodes: [1, 2, 3], isrNodes: [1, 2, 3] };

it.each([
  ['all its copies', [whole, whole], { underReplicated: 0, notWritable: 0, leaderless: 0 }],
  [
    'one copy away',
    [whole, { ...whole, isrNodes: [1, 3] }],
    { underReplicated: 1, notWritable: 0, leaderless: 0 },
  ],
  ['two copies away', [{ ...whole, isrNodes: [1] }], { underReplicated: 1, notWritable: 1, leaderless: 0 }],
  [
    'nobody who leads it',
    [{ ...whole, leaderId: -1, isrNodes: [2, 3] }],
    { underReplicated: 1, notWritable: 1, leaderless: 1 },
  ],
  ['no partition', [], { replicas: 0, underReplicated: 0, notWritable: 0, leaderless: 0 }],
])('a topic with %s', (_name, partitions, expected) => {
  expect(topicHealth('t', partitions, 2)).toMatchObject({ partitions: partitions.length, ...expected });
});
