import type { Broker } from '../broker/broker';

/** Stock's clients look every five minutes (`metadata.max.age.ms`); here it is one small request. */
const LOOK_EVERY_MS = 30_000;

export interface PartitionWatchDeps {
  readonly broker: Pick<Broker, 'topics'>;
  /** Partitions of the topics that queries read and write, as they were when last looked. */
  readonly known: Map<string, number>;
  /** These topics have more partitions than before. */
  readonly onMore: (topics: readonly string[]) => void;
}

/** Notices partitions that were added to a topic while queries run: nobody else would tell. */
export class PartitionWatch {
  private lastLookAt: number | undefined;

  constructor(private readonly deps: PartitionWatchDeps) {}

  /** Looks when it is time to; a cluster that does not answer is asked again the next time. */
  async lookWhenDue(now: number): Promise<void> {
    this.lastLookAt ??= now;
    if (now - this.lastLookAt < LOOK_EVERY_MS) return;
    this.lastLookAt = now;
    const topics = await this.deps.broker.topics().catch(() => []);
    const { known, onMore } = this.deps;
    const more = topics.filter(({ name, partitions }) => partitions > (known.get(name) ?? partitions));
    // Said once, also when a query that reads it cannot go on.
    for (const { name, partitions } of more) known.set(name, partitions);
    if (more.length > 0) onMore(more.map(({ name }) => name));
  }
}
