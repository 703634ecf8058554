import type { TopicDescription } from '../broker/broker';
import { PartitionWatch } from './partition-watch';

const topic = (name: string, partitions: number): TopicDescription => ({ name, partitions, replicas: 1 });

function watch(answers: (readonly TopicDescription[] | Error)[]) {
  const said: (readonly string[])[] = [];
  let asked = 0;
  const known = new Map([
    ['a', 4],
    ['b', 4],
  ]);
  const looks = new PartitionWatch({
    known,
    broker: {
      topics: () => {
        const answer = answers[asked++]!;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    onMore: (topics) => said.push(topics),
  });
  return { looks, said, known, asked: () => asked };
}

it('says once which topics have more partitions, and asks no more often than every 30 s', async () => {
  const { looks, said, known, asked } = watch([
    [topic('a', 4), topic('b', 8), topic('stranger', 9)],
    [topic('b', 8)],
  ]);
  await looks.lookWhenDue(1_000);
  await looks.lookWhenDue(30_999);
  expect(asked()).toBe(0);
  await looks.lookWhenDue(31_000);
  await looks.lookWhenDue(60_999);
  expect([said, asked()]).toEqual([[['b']], 1]);
  await looks.lookWhenDue(61_000);
  expect([said, asked(), known.get('b')]).toEqual([[['b']], 2, 8]);
});

it('asks again the next time when nobody answers', async () => {
  const { looks, said } = watch([new Error('away'), [topic('a', 5)]]);
  for (const now of [0, 30_000, 60_000]) await looks.lookWhenDue(now);
  expect(said).toEqual([['a']]);
});
