import { Delivery } from './delivery';
import type { DeliveryCounts } from './delivery';
import { DiskBuffer } from './disk-buffer';
import type { BufferCounts } from './disk-buffer';
import { KafkaTransport } from './kafka-transport';
import type { KafkaSettings } from './kafka-transport';
import type { OutgoingRecord, RecordValue } from './record';

export interface BufferedProducerOptions {
  readonly kafka: KafkaSettings;
  /** Exclusively this producer's; on a volume that outlives the process. */
  readonly folder: string;
  /** Bytes of records that an outage may hold; after that the oldest of the least worth are given up, and counted. */
  readonly maxBytes: number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** A Kafka producer that takes records while the broker is away, and across its own end. */
export interface BufferedProducer {
  /** Resolves when the record is on disk; from then on only a full buffer can lose it. */
  send(record: OutgoingRecord, worth?: RecordValue): Promise<void>;
  counts(): BufferCounts & DeliveryCounts;
  /** Sends what is held for at most `ms`, then lets go of the folder. Resolves with the number of records left in it. */
  close(ms: number): Promise<number>;
}

/** Opens the folder, sends what an earlier process left in it, and takes records at once, whether or not the broker answers. */
export async function openBufferedProducer(options: BufferedProducerOptions): Promise<BufferedProducer> {
  const { folder, maxBytes, log } = options;
  const buffer = await DiskBuffer.open({ folder, maxBytes, log });
  const delivery = new Delivery({ buffer, transport: new KafkaTransport(options.kafka), log });
  return {
    send: (record, worth) => buffer.append(record, worth),
    counts: () => ({ ...buffer.counts(), ...delivery.counts() }),
    async close(ms) {
      const left = await delivery.stop(ms);
      await buffer.close();
      return left;
    },
  };
}

export type { BufferCounts, DeliveryCounts, KafkaSettings, OutgoingRecord, RecordValue };
