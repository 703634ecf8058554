import type { Decoder } from './wire';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Topic items under one topic each, as the protocol nests them. */
export function byTopic<T extends { readonly topic: string }>(items: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.topic);
    if (group) group.push(item);
    else groups.set(item.topic, [item]);
  }
  return [...groups];
}

/** Reads what an answer says of partitions, nested under their topics; `read` reads what follows the partition's number. */
export function readPartitions<T>(answer: Decoder, read: (place: TopicPartition) => T): T[] {
  return answer
    .array(() => {
      const topic = answer.string();
      return answer.array(() => read({ topic, partition: answer.int32() }));
    })
    .flat();
}
