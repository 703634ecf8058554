import type { OutputRecord } from '../../runtime/contracts';
import type { GroupOffsets, OutputBatch, TopicOffset, TransactionalWriter } from '../broker/broker';
import { partitionKey } from '../broker/broker';
import { BatchAuthors } from './batch-authors';
import type { Slot } from './query-slot';
import type { Relay, Relayed } from './relay';
import type { Spiller } from './spiller';
import { Turn } from './turn';

/**
 * A transaction takes in what follows from its own records, link by link of a chain of queries; at most so many times and for
 * so long, as readers outside this process see nothing before its end.
 */
const MAX_ROUNDS = 24;
const MAX_TRANSACTION_MS = 200;

/** What is to be written next: records, and how far the inputs behind them were read. */
interface Output {
  readonly batch: OutputBatch;
  readonly relayed: Relayed;
  readonly progress: readonly GroupOffsets[];
}

export interface CommitterDeps {
  readonly writer: TransactionalWriter;
  readonly relay: Relay;
  readonly spiller: Spiller;
  readonly slots: () => Iterable<Slot>;
  /** Partitions of a topic that is written to. */
  readonly partitionsOf: (topic: string) => number;
  /** Lets every query work on what waits for it. */
  readonly processRelayed: () => Promise<void>;
  /** Takes a query out; what it did since the last commit makes a recovery necessary. */
  readonly fail: (slot: Slot, error: unknown) => void;
  readonly needsRecovery: () => boolean;
  /** Records may be processed again. */
  readonly onFlushed: () => void;
}

/** What the queries write, and the transactions that it goes out in. One at a time; a failed one leaves everything to be done anew. */
export class Committer {
  private batch: OutputBatch;
  private authors = new BatchAuthors();
  /** Of the transaction that is under way, round by round. */
  private sent: BatchAuthors[] = [];
  /** Outputs are being taken: a record that is processed now would be in them, and its offset not. */
  isFlushing = false;

  constructor(private readonly deps: CommitterDeps) {
    this.batch = deps.writer.newBatch();
  }

  get isEmpty(): boolean {
    return this.batch.isEmpty;
  }
  get sizeInBytes(): number {
    return this.batch.sizeInBytes;
  }

  write(slot: Slot, record: OutputRecord): void {
    const partition = this.batch.add(record, this.deps.partitionsOf(record.topic));
    this.authors.note(slot, record);
    if (partition !== undefined) this.deps.relay.note(record, partition);
  }

  /** Forgets what was not committed. */
  async reset(): Promise<void> {
    this.batch = this.deps.writer.newBatch();
    this.authors = new BatchAuthors();
    this.deps.relay.reset();
    await this.deps.writer.open();
  }

  /** Flushes all caches and commits what there is; false: nothing was to be committed. Rejects: all is to be done anew. */
  async commit(): Promise<boolean> {
    this.sent = [];
    const first = await this.takeOutput();
    if (this.deps.needsRecovery()) throw new Error('a query failed in the middle of a batch');
    if (first.batch.isEmpty && first.progress.length === 0) return false;
    await this.transaction(first);
    return true;
  }

  /** One transaction: the output, and link by link what the queries here make of it. */
  private async transaction(first: Output): Promise<void> {
    const { writer, relay, spiller } = this.deps;
    const end = performance.now() + MAX_TRANSACTION_MS;
    const progress = new Map<string, Map<string, TopicOffset>>();
    let output = first;
    try {
      for (let round = 1; ; round++) {
        mergeProgress(progress, output.progress);
        if (output.relayed.size === 0) break;
        const bases = await writer.write(output.batch);
        const taken = relay.handOver(output.relayed, bases);
        output = { batch: writer.newBatch(), relayed: new Map(), progress: [] };
        // What is handed over and not worked on by then is the next transaction's.
        if (!taken || round === MAX_ROUNDS || performance.now() > end) break;
        await this.deps.processRelayed();
        output = await this.takeOutput();
        if (this.deps.needsRecovery()) throw new Error('a query failed within the transaction');
      }
      await writer.commit(output.batch, groupOffsets(progress));
    } catch (error) {
      const slots = [...this.deps.slots()];
      const culprits = new Set(this.sent.flatMap((authors) => authors.toBlame(error, slots)));
      for (const slot of culprits) this.deps.fail(slot, error);
      throw error;
    }
    spiller.onCommitted();
  }

  /** Flushes all caches and closes the batch. */
  private async takeOutput(): Promise<Output> {
    this.isFlushing = true;
    try {
      const progress = await this.flushAll();
      this.deps.spiller.onFlushed();
      const output = { batch: this.batch, relayed: this.deps.relay.take(), progress };
      this.batch = this.deps.writer.newBatch();
      this.sent.push(this.authors);
      this.authors = new BatchAuthors();
      return output;
    } finally {
      this.isFlushing = false;
      this.deps.onFlushed();
    }
  }

  private async flushAll(): Promise<GroupOffsets[]> {
    const progress: GroupOffsets[] = [];
    const turn = new Turn();
    for (const slot of this.deps.slots()) {
      const { query } = slot;
      if (!query?.isDirty) continue;
      try {
        await turn.through(query.flush());
        const moved = query.takeProgress();
        if (moved) progress.push(moved);
      } catch (error) {
        this.deps.fail(slot, error);
      }
    }
    return progress;
  }
}

/** The furthest place of each input, over the rounds of a transaction. */
function mergeProgress(into: Map<string, Map<string, TopicOffset>>, progress: readonly GroupOffsets[]): void {
  for (const { group, offsets } of progress) {
    const known = into.get(group) ?? new Map<string, TopicOffset>();
    for (const place of offsets) known.set(partitionKey(place.topic, place.partition), place);
    into.set(group, known);
  }
}

function groupOffsets(progress: ReadonlyMap<string, ReadonlyMap<string, TopicOffset>>): GroupOffsets[] {
  return [...progress].map(([group, offsets]) => ({ group, offsets: [...offsets.values()] }));
}
