import type { KafkaCluster, Purpose } from '../kafka/cluster';
import type { BrokerAddress } from '../kafka/metadata-api';
import { EARLIEST, requestFetch, requestOffsets } from '../kafka/log-api';
import type { FetchedPartition } from '../kafka/log-api';
import { isRetriable, protocolError } from '../kafka/protocol-error';
import type { PartitionListener, Subscription, TopicOffset } from './broker';
import { partitionKey } from './broker';

/** A fetch waits this long for records at most; a partition that joins a lane waits as long until it is asked for. */
const MAX_WAIT_MS = 100;
const MAX_BYTES = 8 * 1024 * 1024;
const PARTITION_MAX_BYTES = 1024 * 1024;
const RETRY_PAUSE_MS = 100;
const OFFSET_OUT_OF_RANGE = 1;

/** One partition read from one place on; those who listen are all at that place. */
interface Entry {
  readonly topic: string;
  readonly partition: number;
  position: number;
  readonly listeners: Set<PartitionListener>;
  leader: BrokerAddress | undefined;
}

/**
 * Reads partitions by manual assignment. A lane reads each partition from one place only, with one connection a broker.
 * A subscription starts in a fresh lane, so that it waits for nobody, and moves to the first lane once that one reads the same
 * place (or does not read the partition): any number of queries over a topic cost one fetch and one decoding when they are abreast.
 */
export class FetchLanes {
  private readonly lanes: FetchLane[] = [];
  private fresh: FetchLane | undefined;
  private nextLane = 0;

  constructor(private readonly cluster: KafkaCluster) {}

  subscribe(position: TopicOffset, listener: PartitionListener, isolated: boolean): Subscription {
    const key = partitionKey(position.topic, position.partition);
    const lane = isolated ? this.openLane(true) : this.freshLane(key, position.offset);
    lane.join(key, position, listener);
    return {
      resume: () => this.laneOf(listener)?.wake(),
      close: () => this.laneOf(listener)?.leave(listener),
    };
  }

  close(): void {
    for (const lane of [...this.lanes]) lane.stop();
  }

  private laneOf(listener: PartitionListener): FetchLane | undefined {
    return this.lanes.find((lane) => lane.has(listener));
  }

  /** Subscriptions that are made in one go share a fresh lane. */
  private freshLane(key: string, offset: number): FetchLane {
    if (!this.fresh?.accepts(key, offset)) {
      this.fresh = this.openLane(false);
      setImmediate(() => (this.fresh = undefined));
    }
    return this.fresh;
  }

  private openLane(isolated: boolean): FetchLane {
    const lane = new FetchLane(this.cluster, `fetch:${this.nextLane++}`, isolated, {
      onDelivered: (from, key, entry) => this.merge(from, key, entry),
      onEmpty: (empty) => this.lanes.splice(this.lanes.indexOf(empty), 1),
    });
    this.lanes.push(lane);
    return lane;
  }

  /** Lets listeners that are at the first lane's place go over to it. */
  private merge(from: FetchLane, key: string, entry: Entry): void {
    const first = this.lanes.find((lane) => !lane.isolated);
    if (from.isolated || !first || first === from || !first.accepts(key, entry.position)) return;
    for (const listener of entry.listeners)
      first.join(key, { topic: entry.topic, partition: entry.partition, offset: entry.position }, listener);
    from.remove(key);
  }
}

interface LaneEvents {
  /** An answer for the entry was handed on; it may be moved now. */
  onDelivered(lane: FetchLane, key: string, entry: Entry): void;
  onEmpty(lane: FetchLane): void;
}

class FetchLane {
  private readonly entries = new Map<string, Entry>();
  private readonly loops = new Set<number>();
  private wakers: (() => void)[] = [];
  private stopped = false;

  constructor(
    private readonly cluster: KafkaCluster,
    private readonly purpose: Purpose,
    readonly isolated: boolean,
    private readonly events: LaneEvents,
  ) {}

  has(listener: PartitionListener): boolean {
    for (const entry of this.entries.values()) if (entry.listeners.has(listener)) return true;
    return false;
  }
  isAt(key: string, offset: number): boolean {
    return this.entries.get(key)?.position === offset;
  }
  accepts(key: string, offset: number): boolean {
    return !this.isolated && !this.stopped && (!this.entries.has(key) || this.isAt(key, offset));
  }

  join(key: string, { topic, partition, offset }: TopicOffset, listener: PartitionListener): void {
    const known = this.entries.get(key);
    if (known) known.listeners.add(listener);
    else {
      const entry: Entry = {
        topic,
        partition,
        position: offset,
        listeners: new Set([listener]),
        leader: undefined,
      };
      this.entries.set(key, entry);
      void this.locate(key, entry);
    }
  }

  leave(listener: PartitionListener): void {
    for (const [key, entry] of this.entries) {
      if (entry.listeners.delete(listener) && entry.listeners.size === 0) this.remove(key);
    }
  }

  remove(key: string): void {
    this.entries.delete(key);
    if (this.entries.size === 0) this.stop();
  }

  wake(): void {
    const wakers = this.wakers;
    this.wakers = [];
    for (const waker of wakers) waker();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.entries.clear();
    this.wake();
    this.cluster.closePurpose(this.purpose);
    this.events.onEmpty(this);
  }

  /** Finds the partition's leader and has that broker's loop read it. */
  private async locate(key: string, entry: Entry): Promise<void> {
    while (this.entries.get(key) === entry && !this.stopped) {
      try {
        entry.leader = await this.cluster.leaderOf(entry.topic, entry.partition);
        if (!this.loops.has(entry.leader.nodeId)) void this.loop(entry.leader);
        return this.wake();
      } catch (error) {
        if (!isRetriable(error)) return this.giveUp(key, entry, error);
        if (await this.isGone(entry)) return this.giveUp(key, entry, error);
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  /** A topic that does not exist will not come back by waiting. */
  private async isGone({ topic }: Entry): Promise<boolean> {
    try {
      const metadata = await this.cluster.metadata([topic]);
      return metadata.topics.some(({ errorCode }) => errorCode === 3 || errorCode === 29);
    } catch {
      return false;
    }
  }

  private giveUp(key: string, entry: Entry, error: unknown): void {
    this.remove(key);
    const failure = error instanceof Error ? error : new Error(String(error));
    for (const listener of entry.listeners) listener.onFailure(failure);
  }

  private async loop(address: BrokerAddress): Promise<void> {
    this.loops.add(address.nodeId);
    while (!this.stopped) {
      const wanted = this.wantedFrom(address.nodeId);
      if (wanted.length === 0) {
        await this.sleep();
        continue;
      }
      await this.fetchOnce(address, wanted);
    }
    this.loops.delete(address.nodeId);
  }

  private wantedFrom(nodeId: number): [string, Entry][] {
    return [...this.entries].filter(
      ([, entry]) =>
        entry.leader?.nodeId === nodeId && [...entry.listeners].every((listener) => listener.wantsMore()),
    );
  }

  private async fetchOnce(address: BrokerAddress, wanted: readonly [string, Entry][]): Promise<void> {
    const asked = new Map(wanted);
    try {
      const connection = await this.cluster.connectionTo(address, this.purpose);
      const positions = wanted.map(([, { topic, partition, position }]) => ({
        topic,
        partition,
        offset: position,
      }));
      const fetched = await requestFetch(connection, positions, {
        maxWaitMs: MAX_WAIT_MS,
        maxBytes: MAX_BYTES,
        partitionMaxBytes: PARTITION_MAX_BYTES,
      });
      for (const part of fetched) {
        const key = partitionKey(part.topic, part.partition);
        const entry = asked.get(key);
        if (entry && this.entries.get(key) === entry) this.deliver(key, entry, part);
      }
    } catch (error) {
      await this.recover(wanted, error);
    }
  }

  private deliver(key: string, entry: Entry, part: FetchedPartition): void {
    if (part.errorCode !== 0) return this.onPartitionError(key, entry, part.errorCode);
    entry.position = part.nextOffset;
    // Also told when nothing came: a listener learns how far the partition reaches.
    for (const listener of [...entry.listeners])
      listener.onRecords(part.records, part.nextOffset, part.lastStableOffset);
    if (this.entries.get(key) === entry) this.events.onDelivered(this, key, entry);
  }

  private onPartitionError(key: string, entry: Entry, code: number): void {
    if (code === OFFSET_OUT_OF_RANGE) return void this.rewind(key, entry);
    const error = protocolError(code, `read topic "${entry.topic}", partition ${entry.partition}`);
    if (!error.retriable) return this.giveUp(key, entry, error);
    this.cluster.forget(entry.topic);
    entry.leader = undefined;
    void pause(RETRY_PAUSE_MS).then(() => this.locate(key, entry));
  }

  /** The place is not held any more (retention, or a topic made anew): go on with the oldest record that is. */
  private async rewind(key: string, entry: Entry): Promise<void> {
    const { leader, topic, partition } = entry;
    entry.leader = undefined;
    try {
      if (!leader) throw protocolError(5, `topic "${topic}"`);
      const connection = await this.cluster.connectionTo(leader, 'control');
      const offsets = await requestOffsets(connection, [{ topic, partition, timestamp: EARLIEST }]);
      entry.position = offsets.get(partitionKey(topic, partition)) ?? 0;
    } catch {
      await pause(RETRY_PAUSE_MS);
    }
    await this.locate(key, entry);
  }

  private async recover(wanted: readonly [string, Entry][], error: unknown): Promise<void> {
    if (this.stopped) return;
    if (!isRetriable(error)) {
      for (const [key, entry] of wanted) if (this.entries.get(key) === entry) this.giveUp(key, entry, error);
      return;
    }
    this.cluster.forgetPlaces();
    for (const [, entry] of wanted) entry.leader = undefined;
    await pause(RETRY_PAUSE_MS);
    for (const [key, entry] of wanted) void this.locate(key, entry);
  }

  private sleep(): Promise<void> {
    return new Promise((resolve) => this.wakers.push(resolve));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
