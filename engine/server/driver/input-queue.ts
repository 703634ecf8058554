import type { TopicRecord } from '../../runtime/contracts';
import type { TopicPartition } from '../broker/broker';

/** Above this many waiting records a partition is not fetched further; one fetch answer may go beyond it. */
const CAPACITY_RECORDS = 8_000;
const COMPACT_AT = 4_096;

/** The records of one partition that wait to be processed, and how far it was read. */
export class InputQueue {
  private records: TopicRecord[] = [];
  private head = 0;
  /** Offset after the last record taken out (or skipped over: control records): what is committed. */
  position: number;
  /** Where the next record to come would be read from. */
  private readPosition: number;
  private endOffset: number | undefined;

  constructor(
    readonly place: TopicPartition,
    position: number,
  ) {
    this.position = position;
    this.readPosition = position;
  }

  /** Where a subscription goes on: what waits here already is not read again. */
  get readFrom(): number {
    return this.readPosition;
  }
  get size(): number {
    return this.records.length - this.head;
  }
  get hasRoom(): boolean {
    return this.size < CAPACITY_RECORDS;
  }
  /** Nothing waits, and nothing more was committed when the partition was last read. */
  get isCaughtUp(): boolean {
    return this.size === 0 && this.endOffset !== undefined && this.readPosition >= this.endOffset;
  }
  /** Records that were committed to the partition and are not processed; undefined before the first answer. */
  get lag(): number | undefined {
    return this.endOffset === undefined ? undefined : Math.max(0, this.endOffset - this.position);
  }

  push(records: readonly TopicRecord[], nextOffset: number, endOffset: number): void {
    if (records.length > 0)
      this.records =
        this.size === 0 ? (records as TopicRecord[]) : this.records.slice(this.head).concat(records);
    if (records.length > 0) this.head = 0;
    this.readPosition = nextOffset;
    this.endOffset = endOffset;
    if (this.size === 0) this.position = nextOffset;
  }

  /** Records that follow on what was read, handed over by this process's own writer; reading would go on at `nextOffset`. */
  relay(records: readonly TopicRecord[], nextOffset: number): void {
    this.records = this.size === 0 ? [...records] : this.records.slice(this.head).concat(records);
    this.head = 0;
    this.readPosition = nextOffset;
    this.endOffset = nextOffset;
  }

  /** A record of an internal topic, handed over without a trip to the broker. */
  pushOne(record: TopicRecord): void {
    this.records.push(record);
  }

  peek(): TopicRecord | undefined {
    return this.records[this.head];
  }

  /** Takes out what {@link peek} gave. */
  advance(): void {
    this.position = this.records[this.head]!.offset + 1;
    this.head++;
    if (this.head === this.records.length) {
      this.records = [];
      this.head = 0;
      this.position = Math.max(this.position, this.readPosition);
    } else if (this.head === COMPACT_AT) {
      this.records = this.records.slice(this.head);
      this.head = 0;
    }
  }
}
