import { setTimeout as sleep } from 'node:timers/promises';
import { decodeRecord, encodeRecord, sequenceOf, sizeOf, storeKey, VALUES } from './record';
import type { OutgoingRecord, RecordValue, StoredRecord } from './record';
import { openLevelStore } from './store';
import type { KeyRange, Store, StoreChange } from './store';

export interface DiskBufferOptions {
  /** Exclusively this buffer's; made when it is not there. */
  readonly folder: string;
  /** Of records; the files take up to about twice as much for a while. */
  readonly maxBytes: number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** How long appended records are collected before they are written in one piece. */
  readonly commitMs?: number;
  /** How long after the disk refused a write it is tried again. */
  readonly retryMs?: number;
  /** Opens the store; a test puts one that fails in its place. */
  readonly openStore?: (folder: string, onRepair: (reason: string) => void) => Promise<Store>;
}

export interface Amount {
  readonly records: number;
  readonly bytes: number;
}
export interface BufferCounts {
  readonly held: Readonly<Record<RecordValue, Amount>>;
  /** Given up because the buffer was full, since the folder was made. */
  readonly dropped: Readonly<Record<RecordValue, Amount>>;
  /** Whether the disk took the last write. */
  readonly writable: boolean;
}

interface Waiting {
  readonly sequence: number;
  readonly worth: RecordValue;
  readonly encoded: Buffer;
  readonly written: () => void;
  readonly failed: (error: Error) => void;
}
type Mutable = Record<RecordValue, { records: number; bytes: number }>;

const DROPPED_KEY = Buffer.from([0xff, 0x01]);
const SCAN = 1_000;
/** A full buffer makes room for more than one record, so that not every write has to. */
const ROOM_SHARE = 0.01;
const LOG_DROPS_EVERY_MS = 30_000;

const none = (): Mutable => ({
  low: { records: 0, bytes: 0 },
  normal: { records: 0, bytes: 0 },
  high: { records: 0, bytes: 0 },
});
const total = (amounts: Mutable): number => VALUES.reduce((sum, worth) => sum + amounts[worth].bytes, 0);

/** Records on disk, in order, until they are removed. One writer, one reader. */
export class DiskBuffer {
  private readonly held = none();
  private dropped = none();
  /** Where the first record of each worth can lie: what was removed before it need not be stepped over again. */
  private readonly first: Record<RecordValue, number> = { low: 0, normal: 0, high: 0 };
  /** Sequences that the reader holds: they are being sent, so they are not given up. */
  private lent: readonly StoredRecord[] = [];
  private nextSequence = 1;
  private waiting: Waiting[] = [];
  /** One change at a time, so that what is counted is what lies there. */
  private readonly writing = new Turn();
  /** What is being read cannot be given up meanwhile. */
  private readonly lending = new Turn();
  private scheduled = false;
  private writable = true;
  private closed = false;
  private readonly readers = new Set<() => void>();
  private lastDropLog = -Infinity;
  private droppedSinceLog = 0;

  private constructor(
    private store: Store,
    private readonly options: DiskBufferOptions,
  ) {}

  /** Opens a folder and counts what an earlier process left in it. */
  static async open(options: DiskBufferOptions): Promise<DiskBuffer> {
    const buffer = new DiskBuffer(await openStore(options), options);
    await buffer.load();
    return buffer;
  }

  /** Resolves when the record is on disk. Rejects a record that can never fit, and everything after `close`. */
  append(record: OutgoingRecord, worth: RecordValue = 'normal'): Promise<void> {
    const encoded = encodeRecord(record);
    const { maxBytes } = this.options;
    if (sizeOf(encoded) > maxBytes)
      return Promise.reject(new Error(`a record of ${sizeOf(encoded)} bytes does not fit into ${maxBytes}`));
    if (this.closed) return Promise.reject(new Error('the buffer is closed'));
    return new Promise((written, failed) => {
      this.waiting.push({ sequence: this.nextSequence++, worth, encoded, written, failed });
      this.schedule();
    });
  }

  /** The oldest records, in the order of their appends; they stay until they are removed. */
  read(maxRecords: number, maxBytes: number): Promise<StoredRecord[]> {
    return this.lending.run(() => this.lend(maxRecords, maxBytes));
  }

  private async lend(maxRecords: number, maxBytes: number): Promise<StoredRecord[]> {
    const lists = await Promise.all(
      VALUES.map((worth) => this.store.entries(rangeFrom(worth, this.first[worth]), maxRecords)),
    );
    const records = lists.flat().map(([key, value]) => decodeRecord(key, value));
    records.sort((a, b) => a.sequence - b.sequence);
    let bytes = 0;
    const fitting = records.slice(0, maxRecords).filter((record, index) => {
      bytes += record.size;
      return index === 0 || bytes <= maxBytes;
    });
    this.lent = fitting;
    return fitting;
  }

  /** Forgets records that `read` gave. */
  async remove(records: readonly StoredRecord[]): Promise<void> {
    const keys = records.map(({ worth, sequence }) => storeKey(worth, sequence));
    await this.writing.run(async () => {
      await this.persist(keys.map((key) => ({ type: 'del', key })));
      const gone = new Set(records.map(({ sequence }) => sequence));
      this.lent = this.lent.filter(({ sequence }) => !gone.has(sequence));
      for (const { worth, sequence, size } of records) {
        this.uncount(worth, size);
        this.first[worth] = Math.max(this.first[worth], sequence + 1);
      }
    });
  }

  /** Resolves when there is something to read, or when `signal` aborts. */
  async readable(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && VALUES.every((worth) => this.held[worth].records === 0)) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.readers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.readers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  counts(): BufferCounts {
    return {
      held: structuredClone(this.held),
      dropped: structuredClone(this.dropped),
      writable: this.writable,
    };
  }

  /** Writes what was appended, then lets go of the folder. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.writing.run(() => this.commit());
    await this.writing.run(() => this.store.close());
  }

  private async load(): Promise<void> {
    const dropped = await this.store.get(DROPPED_KEY);
    if (dropped) this.dropped = JSON.parse(dropped.toString()) as Mutable;
    for (const worth of VALUES) {
      let from = 0;
      for (;;) {
        const entries = await this.store.entries(rangeFrom(worth, from), SCAN);
        for (const [key, value] of entries) {
          this.count(worth, sizeOf(value));
          from = sequenceOf(key) + 1;
          if (this.held[worth].records === 1) this.first[worth] = sequenceOf(key);
        }
        this.nextSequence = Math.max(this.nextSequence, from);
        if (entries.length < SCAN) break;
      }
    }
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      void this.writing.run(() => this.commit());
    }, this.options.commitMs ?? 10);
  }

  private async commit(): Promise<void> {
    const group = this.waiting.splice(0);
    if (group.length === 0) return;
    try {
      await this.persist(
        group.map(({ worth, sequence, encoded }) => ({
          type: 'put',
          key: storeKey(worth, sequence),
          value: encoded,
        })),
      );
      group.forEach(({ worth, encoded }) => this.count(worth, sizeOf(encoded)));
      if (total(this.held) > this.options.maxBytes) await this.lending.run(() => this.makeRoom());
    } catch (error) {
      group.forEach(({ failed }) => failed(error as Error));
      return;
    }
    group.forEach(({ written }) => written());
    [...this.readers].forEach((wake) => wake());
  }

  /** Writes until the disk takes it: those who append wait meanwhile. Gives up only when the buffer is being closed. */
  private async persist(changes: readonly StoreChange[]): Promise<void> {
    for (;;) {
      try {
        await this.store.write(changes);
        if (!this.writable) this.options.log('info', 'the disk takes the buffer’s writes again');
        this.writable = true;
        return;
      } catch (error) {
        if (this.writable) {
          this.options.log(
            'error',
            `the buffer cannot be written: ${(error as Error).message}; trying again`,
          );
        }
        this.writable = false;
        if (this.closed) throw error;
        await sleep(this.options.retryMs ?? 1_000);
        await this.reopen();
      }
    }
  }

  /** After a failed write LevelDB takes none before it was opened anew. */
  private async reopen(): Promise<void> {
    await this.store.close().catch(() => undefined);
    const reopened = await openStore(this.options).catch(() => undefined);
    if (reopened) this.store = reopened;
  }

  /** Gives up the oldest records of the least worth until the rest fits. */
  private async makeRoom(): Promise<void> {
    const goal = this.options.maxBytes * (1 - ROOM_SHARE);
    const lent = new Set(this.lent.map(({ sequence }) => sequence));
    for (const worth of VALUES) {
      let from = this.first[worth];
      while (total(this.held) > goal) {
        const entries = await this.store.entries(rangeFrom(worth, from), SCAN);
        if (entries.length === 0) break;
        from = sequenceOf(entries.at(-1)![0]) + 1;
        await this.drop(worth, entries.filter(([key]) => !lent.has(sequenceOf(key))), goal); // prettier-ignore
      }
    }
    this.reportDrops();
  }

  private async drop(worth: RecordValue, entries: readonly [Buffer, Buffer][], goal: number): Promise<void> {
    let over = total(this.held) - goal;
    const victims: { key: Buffer; size: number }[] = [];
    for (const [key, value] of entries) {
      if (over <= 0) break;
      victims.push({ key, size: sizeOf(value) });
      over -= sizeOf(value);
    }
    for (const { size } of victims) {
      this.dropped[worth].records += 1;
      this.dropped[worth].bytes += size;
    }
    const note = { type: 'put', key: DROPPED_KEY, value: Buffer.from(JSON.stringify(this.dropped)) } as const;
    await this.persist([...victims.map(({ key }) => ({ type: 'del', key }) as const), note]);
    // Records that are lent may lie before those that were given up.
    const skipped = this.lent.some((record) => record.worth === worth);
    for (const { key, size } of victims) {
      this.uncount(worth, size);
      if (!skipped) this.first[worth] = sequenceOf(key) + 1;
    }
    this.droppedSinceLog += victims.length;
  }

  private reportDrops(): void {
    const now = performance.now();
    if (this.droppedSinceLog === 0 || now - this.lastDropLog < LOG_DROPS_EVERY_MS) return;
    const counts = VALUES.map((worth) => `${this.dropped[worth].records} ${worth}`).join(', ');
    this.options.log(
      'warn',
      `the buffer is full (${this.options.maxBytes} bytes): ${this.droppedSinceLog} records given up; in all: ${counts}`,
    );
    this.lastDropLog = now;
    this.droppedSinceLog = 0;
  }

  private count(worth: RecordValue, size: number): void {
    this.held[worth].records += 1;
    this.held[worth].bytes += size;
  }

  private uncount(worth: RecordValue, size: number): void {
    this.held[worth].records -= 1;
    this.held[worth].bytes -= size;
  }
}

/** Runs one piece of work after the other. */
class Turn {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}

function openStore({ folder, log, openStore: open = openLevelStore }: DiskBufferOptions): Promise<Store> {
  return open(folder, (reason) =>
    log('warn', `the buffer in ${folder} was damaged (${reason}) and is repaired: records may be missing`),
  );
}

function rangeFrom(worth: RecordValue, sequence: number): KeyRange {
  return { from: storeKey(worth, sequence), to: Buffer.from([VALUES.indexOf(worth) + 1]) };
}
