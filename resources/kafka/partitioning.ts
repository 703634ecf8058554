import { Partitioners } from 'kafkajs';
import type { ICustomPartitioner, PartitionMetadata, PartitionerArgs } from 'kafkajs';

type Message = PartitionerArgs['message'];

/**
 * Tells which records go to one partition, so that each partition gets a request of its own. kafkajs 2.2.4 takes a request for answered
 * as soon as its broker has answered: when another broker of the same `send` fails and its partition moves to the one that has answered
 * already, the records of that partition are never sent, and `send` resolves all the same. With one partition a `send` there is no other.
 */
export class Partitioning {
  private readonly known = new Map<string, PartitionMetadata[]>();
  private readonly place = Partitioners.DefaultPartitioner();

  /** To be given to the producer: it learns here which partitions there are. */
  readonly createPartitioner: ICustomPartitioner = () => (args) => {
    this.known.set(args.topic, args.partitionMetadata);
    return this.place(args);
  };

  /** Records that may go together, in their order. Of a topic to which nothing was sent yet, the first one goes alone. */
  split<T extends Message>(topic: string, records: readonly T[]): T[][] {
    const partitionMetadata = this.known.get(topic);
    if (!partitionMetadata) return records.length > 0 ? [records.slice(0, 1), records.slice(1)] : [];
    const groups = new Map<number, T[]>();
    for (const message of records) {
      const partition = this.place({ topic, partitionMetadata, message });
      const group = groups.get(partition);
      if (group) group.push(message);
      else groups.set(partition, [message]);
    }
    return [...groups.values()];
  }

  /** Whether `split` tells partitions apart. */
  knows(topic: string): boolean {
    return this.known.has(topic);
  }
}
