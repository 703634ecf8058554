/** Where a record lay, and when: the order in which a replay writes. */
export interface RecordPlace {
  /** Ms since the epoch; never less than that of an earlier record of the same partition. */
  readonly orderTime: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Record time first; then, so that two runs agree, topic, partition and offset. */
export function comparePlaces(a: RecordPlace, b: RecordPlace): number {
  if (a.orderTime !== b.orderTime) return a.orderTime - b.orderTime;
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  return a.offset < b.offset ? -1 : Number(a.offset > b.offset);
}

/** How far a replay has come: the last record that is in the topic, and how many there are. */
export interface Progress {
  readonly last: RecordPlace;
  readonly sent: number;
}

/** Short enough for the metadata of a committed offset (4096 bytes). */
export function progressText({ last, sent }: Progress): string {
  return JSON.stringify([last.orderTime, last.topic, last.partition, String(last.offset), sent]);
}

/** Undefined for a text that no replay has written. */
export function parseProgress(text: string | null | undefined): Progress | undefined {
  if (!text) return undefined;
  try {
    const [orderTime, topic, partition, offset, sent] = JSON.parse(text) as [
      number,
      string,
      number,
      string,
      number,
    ];
    return { last: { orderTime, topic, partition, offset: BigInt(offset) }, sent };
  } catch {
    return undefined;
  }
}
