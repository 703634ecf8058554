import type { ConnectionSettings } from './connection';
import { KafkaConnection } from './connection';
import { requestCoordinator, requestMetadata } from './metadata-api';
import type { BrokerAddress, ClusterMetadata, TopicMetadata } from './metadata-api';
import { isRetriable, KafkaConnectionError, protocolError } from './protocol-error';

/**
 * One connection a broker and purpose: a fetch that waits for records must not stand before a commit.
 * Purposes `fetch:…` are one a fetch lane.
 */
export type Purpose = 'control' | 'produce' | 'transaction' | `fetch:${string}`;

const RETRY_FIRST_MS = 5;
const RETRY_MAX_MS = 1000;

/** The brokers of one cluster: who leads what, and open connections to them. */
export class KafkaCluster {
  private readonly connections = new Map<string, Promise<KafkaConnection>>();
  private addresses: readonly BrokerAddress[] = [];
  private readonly topics = new Map<string, TopicMetadata>();
  private readonly coordinators = new Map<string, BrokerAddress>();
  private controllerId: number | undefined;
  private closed = false;

  constructor(
    private readonly bootstrap: readonly { readonly host: string; readonly port: number }[],
    private readonly settings: ConnectionSettings,
  ) {}

  /** Reads the cluster's metadata anew: of all topics (null) or those named. */
  async metadata(topics: readonly string[] | null): Promise<ClusterMetadata> {
    const connection = await this.anyConnection();
    const metadata = await requestMetadata(connection, topics);
    this.addresses = metadata.brokers;
    this.controllerId = metadata.controllerId;
    if (topics === null) this.topics.clear();
    for (const topic of metadata.topics) {
      if (topic.errorCode === 0) this.topics.set(topic.name, topic);
      else this.topics.delete(topic.name);
    }
    return metadata;
  }

  /** A topic's partitions, or undefined when it does not exist; from memory when known. */
  async topic(name: string): Promise<TopicMetadata | undefined> {
    const known = this.topics.get(name);
    if (known?.partitions.every(({ leader }) => leader >= 0)) return known;
    await this.metadata([name]);
    return this.topics.get(name);
  }

  forget(topic: string): void {
    this.topics.delete(topic);
  }

  async leaderOf(topic: string, partition: number): Promise<BrokerAddress> {
    const metadata = await this.topic(topic);
    const leader = metadata?.partitions.find((p) => p.partition === partition)?.leader;
    if (leader === undefined) throw protocolError(3, `topic "${topic}", partition ${partition}`);
    const address = this.addresses.find(({ nodeId }) => nodeId === leader);
    if (!address) {
      this.forget(topic);
      throw protocolError(5, `topic "${topic}", partition ${partition}`);
    }
    return address;
  }

  async controller(): Promise<KafkaConnection> {
    const controllerId = this.controllerId ?? (await this.metadata([])).controllerId;
    const address = this.addresses.find(({ nodeId }) => nodeId === controllerId) ?? this.addresses[0];
    if (!address) throw new KafkaConnectionError('the cluster names no broker');
    return this.connectionTo(address, 'control');
  }

  async coordinator(kind: 'GROUP' | 'TRANSACTION', key: string, purpose: Purpose): Promise<KafkaConnection> {
    const id = `${kind}/${key}`;
    let address = this.coordinators.get(id);
    if (!address) {
      address = await this.retrying(async () => requestCoordinator(await this.anyConnection(), kind, key));
      this.coordinators.set(id, address);
    }
    return this.connectionTo(address, purpose);
  }

  /** After NOT_COORDINATOR, NOT_LEADER_OR_FOLLOWER or a lost connection. */
  forgetPlaces(): void {
    this.coordinators.clear();
    this.topics.clear();
    this.controllerId = undefined;
  }

  connectionTo(
    address: { readonly host: string; readonly port: number },
    purpose: Purpose,
  ): Promise<KafkaConnection> {
    const id = `${address.host}:${address.port}/${purpose}`;
    const known = this.connections.get(id);
    if (known)
      return known.then((connection) =>
        connection.isOpen ? connection : this.reconnect(id, known, address, purpose),
      );
    return this.openConnection(id, address);
  }

  private reconnect(
    id: string,
    stale: Promise<KafkaConnection>,
    address: { readonly host: string; readonly port: number },
    purpose: Purpose,
  ): Promise<KafkaConnection> {
    if (this.connections.get(id) === stale) this.connections.delete(id);
    return this.connectionTo(address, purpose);
  }

  private openConnection(
    id: string,
    address: { readonly host: string; readonly port: number },
  ): Promise<KafkaConnection> {
    if (this.closed) return Promise.reject(new KafkaConnectionError('the Kafka client was closed'));
    const opening = KafkaConnection.open(address.host, address.port, this.settings);
    this.connections.set(id, opening);
    opening.catch(() => {
      if (this.connections.get(id) === opening) this.connections.delete(id);
    });
    return opening;
  }

  private async anyConnection(): Promise<KafkaConnection> {
    let failure: unknown;
    for (const address of [...this.addresses, ...this.bootstrap]) {
      try {
        return await this.connectionTo(address, 'control');
      } catch (error) {
        if (!isRetriable(error)) throw error;
        failure = error;
      }
    }
    throw failure instanceof Error ? failure : new KafkaConnectionError('bootstrap.servers names no broker');
  }

  /** Repeats what fails for a passing reason, with growing pauses, for at most `limitMs`. */
  async retrying<T>(action: () => Promise<T>, limitMs = 30_000): Promise<T> {
    const deadline = Date.now() + limitMs;
    for (let pause = RETRY_FIRST_MS; ; pause = Math.min(pause * 2, RETRY_MAX_MS)) {
      try {
        return await action();
      } catch (error) {
        if (!isRetriable(error) || this.closed || Date.now() + pause > deadline) throw error;
        this.forgetPlaces();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** Closes the connections of one purpose (a fetch lane that ended). */
  closePurpose(purpose: Purpose): void {
    for (const [id, connection] of this.connections) {
      if (!id.endsWith(`/${purpose}`)) continue;
      this.connections.delete(id);
      connection.then((open) => open.close()).catch(() => undefined);
    }
  }

  close(): void {
    this.closed = true;
    for (const connection of this.connections.values())
      connection.then((open) => open.close()).catch(() => undefined);
    this.connections.clear();
  }
}
