import type { TopicRanges } from './read-topics';

/** So many fetches in a row that waited in vain mean that a broker has nothing more to hand over. */
const IDLE_FETCHES = 20;
/** A fetch that came back sooner had something, were it only markers of transactions, or failed. */
const WAITED_MS = 50;
/** A broker that was not asked for so long is asked no more: its partitions went elsewhere. Longer than a request may take. */
const FORGOTTEN_MS = 45_000;

interface Fetches {
  /** In a row, without anything from any broker in between. */
  idle: number;
  /** Whether the last one came back after waiting, and nothing was in it so far. */
  waited: boolean;
  startedAt: number;
}

/**
 * How far a reader has come in the ranges that it is to read. Positions tell when it is through: also markers and aborted records move them, though nobody
 * is handed any. What an open transaction holds back is never reached; then the brokers say that they have nothing more, each for itself, since one
 * that is slow must not be taken for an empty one.
 */
export class ReadingProgress {
  private readonly ends = new Map<string, bigint>();
  private readonly fetches = new Map<number, Fetches>();

  constructor(
    ranges: TopicRanges,
    private readonly now: () => number = Date.now,
  ) {
    for (const [topic, partitions] of ranges)
      for (const [partition, { to }] of partitions) this.ends.set(placeOf(topic, partition), to);
  }

  /** Partitions that are not read to their end, as `topic/partition`. */
  get open(): readonly string[] {
    return [...this.ends.keys()];
  }

  get isThrough(): boolean {
    return this.ends.size === 0;
  }

  /** Whether every broker that is asked has had nothing for a while. */
  get isIdle(): boolean {
    const asked = [...this.fetches.values()].filter(({ startedAt }) => this.now() - startedAt < FORGOTTEN_MS);
    return asked.length > 0 && asked.every(({ idle }) => idle >= IDLE_FETCHES);
  }

  /** Everything up to `lastOffset` was handed over, or is nothing that can be. */
  passed(topic: string, partition: number, lastOffset: string): void {
    for (const fetches of this.fetches.values()) Object.assign(fetches, { idle: 0, waited: false });
    const place = placeOf(topic, partition);
    const end = this.ends.get(place);
    if (end !== undefined && BigInt(lastOffset) + 1n >= end) this.ends.delete(place);
  }

  /** A broker is asked again: what its last answer held has been handed over. */
  asked(broker: number): void {
    const { idle, waited } = this.fetches.get(broker) ?? { idle: 0, waited: false };
    this.fetches.set(broker, { idle: waited ? idle + 1 : idle, waited: false, startedAt: this.now() });
  }

  answered(broker: number, afterMs: number): void {
    const fetches = this.fetches.get(broker);
    if (fetches) fetches.waited = afterMs >= WAITED_MS;
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;
