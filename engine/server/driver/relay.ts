import type { OutputRecord, TopicRecord } from '../../runtime/contracts';
import { partitionKey } from '../broker/broker';
import type { InputQueue } from './input-queue';

/** A query's input that may be fed from within this process instead of by fetching. */
export interface RelayReader {
  readonly queue: InputQueue;
  /** Stops fetching: what is written from here on is handed over. */
  attach(): void;
  /** Goes back to fetching, from where the queue was read to. */
  detach(): void;
}

interface Reader extends RelayReader {
  attached: boolean;
}

/** The records of one batch that somebody here reads, by partition. */
export type Relayed = Map<string, OutputRecord[]>;

/**
 * Hands the records of the open transaction to the queries of this process that read them, so that a chain of queries is worked
 * through inside ONE transaction instead of one a link. It is sound because the readers' progress is committed by the same
 * transaction as the records: both are there afterwards, or neither. A record is handed over only where it follows directly on
 * what the reader has read, by the offsets that the broker gave; else the reader fetches it after the commit like anybody.
 */
export class Relay {
  private readonly readers = new Map<string, Set<Reader>>();
  /** Offset after this process's last record in a partition. */
  private readonly lastEnd = new Map<string, number>();
  private noted: Relayed = new Map();
  /** Partitions that had readers when the present batch was begun: only of these are all its records noted. */
  private eligible: ReadonlySet<string> = new Set();
  private isIdle = true;

  /** `markerOffsets`: how many offsets the end of a transaction takes in each of its partitions. */
  constructor(private readonly markerOffsets: number) {}

  /** Makes a reader known; gives the function that takes it out. */
  add(reader: RelayReader): () => void {
    const { topic, partition } = reader.queue.place;
    const key = partitionKey(topic, partition);
    const known: Reader = { ...reader, attached: false };
    const readers = this.readers.get(key) ?? new Set<Reader>();
    readers.add(known);
    this.readers.set(key, readers);
    return () => {
      readers.delete(known);
      if (readers.size === 0) this.readers.delete(key);
    };
  }

  /** Keeps a record that went into the batch, if anybody here reads its partition. */
  note(record: OutputRecord, partition: number): void {
    const key = partitionKey(record.topic, partition);
    if (!this.eligible.has(key)) return;
    const records = this.noted.get(key);
    if (records) records.push(record);
    else this.noted.set(key, [record]);
  }

  /** What was noted since the last call: belongs to the batch that is closed now. */
  take(): Relayed {
    const noted = this.noted;
    this.noted = new Map();
    this.eligible = new Set(this.readers.keys());
    return noted;
  }

  /**
   * Sends readers back to fetching when nothing was handed over since the last call: so they pass the end marker of the last
   * transaction, and what they commit is the end of the partition, as whoever watches their lag expects.
   */
  detachIdle(): void {
    if (this.isIdle) for (const readers of this.readers.values()) readers.forEach(detach);
    this.isIdle = true;
  }

  /** Forgets what it knew of offsets: after an abort nothing of it holds. */
  reset(): void {
    this.lastEnd.clear();
    this.take();
  }

  /** Hands over what was written at `bases`; gives whether anybody took something. */
  handOver(relayed: Relayed, bases: ReadonlyMap<string, number>): boolean {
    let taken = false;
    this.isIdle = false;
    for (const [key, records] of relayed) {
      const base = bases.get(key);
      for (const reader of this.readers.get(key) ?? []) {
        if (base !== undefined && reader.queue.hasRoom && this.follows(key, reader.queue.readFrom, base)) {
          reader.queue.relay(asRead(records, reader.queue, base), base + records.length);
          attach(reader);
          taken = true;
        } else detach(reader);
      }
      if (base === undefined) this.lastEnd.delete(key);
      else this.lastEnd.set(key, base + records.length);
    }
    return taken;
  }

  /** Whether a record at `base` is the next one for who has read up to `position`: between them, at most our own transaction's end. */
  private follows(key: string, position: number, base: number): boolean {
    return (
      base === position || (this.lastEnd.get(key) === position && base === position + this.markerOffsets)
    );
  }
}

function attach(reader: Reader): void {
  if (reader.attached) return;
  reader.attached = true;
  reader.attach();
}

function detach(reader: Reader): void {
  if (!reader.attached) return;
  reader.attached = false;
  reader.detach();
}

function asRead(records: readonly OutputRecord[], { place }: InputQueue, base: number): TopicRecord[] {
  return records.map((record, index) => ({
    topic: place.topic,
    partition: place.partition,
    offset: base + index,
    timestamp: record.timestamp,
    key: record.key,
    value: record.value,
    headers: record.headers ?? [],
  }));
}
