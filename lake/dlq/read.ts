import type { Kafka } from 'kafkajs';
import { heldRanges, readTopics } from '../../resources/kafka/read-topics';
import { REDRIVEN_HEADER } from './marker';
import { parseDeadLetter } from './parse';
import type { DeadLetter } from './parse';
import type { DeadLetterTopic } from './topics';

export type { DeadLetter } from './parse';

/** Which dead letters; everything that is given must hold. */
export interface DeadLetterFilter {
  /** Name of the dead-letter topic, or of the topic that the record came from. */
  readonly topic?: string;
  /** The reason's word, without regard to case. */
  readonly reason?: string;
  /** Put aside at this time or later, ms since the epoch. */
  readonly since?: number;
  /** Put aside before this time, ms since the epoch. */
  readonly until?: number;
  /** Also those that were sent back already. */
  readonly redriven?: boolean;
}

/** Dead letters of one topic with the same reason. */
export interface DeadLetterGroup {
  readonly topic: string;
  readonly by: string;
  readonly reason: string;
  readonly count: number;
  /** How many of them were sent back. */
  readonly redriven: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

export interface FoundDeadLetter extends DeadLetter {
  readonly redriven: boolean;
}

/** The dead letters that the filter lets through, oldest first. */
export async function readDeadLetters(
  kafka: Kafka,
  topics: readonly DeadLetterTopic[],
  filter: DeadLetterFilter,
): Promise<FoundDeadLetter[]> {
  const byName = new Map(topics.map((topic) => [topic.name, topic]));
  const letters: DeadLetter[] = [];
  const sentBack = new Set<string>();
  await readTopics(kafka, await existingRanges(kafka, topics), (record) => {
    const marked = record.headers[REDRIVEN_HEADER];
    if (marked !== undefined) sentBack.add(`${record.topic}/${String(marked)}`);
    const letter = parseDeadLetter(record, byName.get(record.topic)!);
    if (letter && matches(letter, filter)) letters.push(letter);
  });
  return letters
    .map((letter) => ({
      ...letter,
      redriven: sentBack.has(`${letter.topic}/${letter.partition}/${letter.offset}`),
    }))
    .filter(({ redriven }) => filter.redriven === true || !redriven)
    .sort(
      (a, b) => a.time - b.time || a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)),
    );
}

/** Counts by topic and reason, the largest first. */
export async function listDeadLetters(
  kafka: Kafka,
  topics: readonly DeadLetterTopic[],
  filter: DeadLetterFilter,
): Promise<DeadLetterGroup[]> {
  const groups = new Map<string, DeadLetterGroup>();
  for (const letter of await readDeadLetters(kafka, topics, { ...filter, redriven: true })) {
    const key = JSON.stringify([letter.topic, letter.by, letter.reason]);
    const before = groups.get(key);
    groups.set(key, {
      topic: letter.topic,
      by: letter.by,
      reason: letter.reason,
      count: (before?.count ?? 0) + 1,
      redriven: (before?.redriven ?? 0) + Number(letter.redriven),
      firstTime: Math.min(before?.firstTime ?? letter.time, letter.time),
      lastTime: Math.max(before?.lastTime ?? letter.time, letter.time),
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.topic.localeCompare(b.topic));
}

/** A topic that nothing has written yet may not be there. */
async function existingRanges(
  kafka: Kafka,
  topics: readonly DeadLetterTopic[],
): ReturnType<typeof heldRanges> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    return await heldRanges(
      kafka,
      topics.map(({ name }) => name).filter((name) => there.has(name)),
    );
  } finally {
    await admin.disconnect();
  }
}

function matches(letter: DeadLetter, { topic, reason, since, until }: DeadLetterFilter): boolean {
  return (
    (topic === undefined || letter.topic === topic || letter.origin?.topic === topic) &&
    (reason === undefined || letter.reason.toLowerCase() === reason.toLowerCase()) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until)
  );
}
