import type { Emission } from './emission';
import { FAULTS } from './noise';
import type { Random } from './random';

/** One record as a gateway's producer sends it. */
export interface TrafficRecord {
  /** When it reaches the broker, ms since the epoch. */
  readonly at: number;
  /** Gateway that sends it, e.g. `gateway-1`. */
  readonly gateway: string;
  /** The envelope's id: go-livepeer's partition key, which spreads a stream over all partitions. */
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Shares, 0 to 1, of what goes wrong on the way. */
export interface DeliveryFaults {
  /** Sent twice, at once, a second or a minute apart. */
  readonly duplicates: number;
  /** Overtaken by later events: some seconds late. */
  readonly outOfOrder: number;
  /** Minutes late. */
  readonly late: number;
  /** Hours late: too late to be taken. */
  readonly stale: number;
  /** Never sent: the producer's channel was full. */
  readonly dropped: number;
  /** Traces that are followed by a spoiled copy which nobody can read, as a share of all traces. */
  readonly malformed: number;
}

const DUPLICATE_GAPS_MS = [0, 1_000, 60_000];
/** go-livepeer flushes once a second. */
const FLUSH_MS = 1_000;
/** Half of the envelopes do not name their gateway. */
const NAMES_GATEWAY = 0.5;

/** The records that an emission becomes: none when it is dropped, two when it is sent twice. */
export function deliver(
  random: Random,
  emission: Emission,
  gateway: string,
  faults: DeliveryFaults,
): TrafficRecord[] {
  if (random.chance(faults.dropped)) return [];
  const id = random.uuid();
  const envelope = {
    id,
    type: emission.family,
    timestamp: String(emission.at),
    gateway: random.chance(NAMES_GATEWAY) ? gateway : '',
    data: emission.data,
  };
  const at = emission.at + delayMs(random, faults);
  const record = { at, gateway, key: Buffer.from(id), value: Buffer.from(JSON.stringify(envelope)) };
  const records = random.chance(faults.duplicates)
    ? [record, { ...record, at: at + random.pick(DUPLICATE_GAPS_MS) }]
    : [record];
  if (emission.family !== 'stream_trace' || !random.chance(faults.malformed)) return records;
  return [...records, { ...record, ...spoil(random, envelope) }];
}

/** What is spoiled is a further copy under an id of its own; the whole event stays in the traffic. */
function spoil(random: Random, envelope: Record<string, unknown>): Pick<TrafficRecord, 'key' | 'value'> {
  const id = random.uuid();
  const { make } = random.pick(FAULTS);
  return { key: Buffer.from(id), value: Buffer.from(make({ ...envelope, id })) };
}

function delayMs(random: Random, { outOfOrder, late, stale }: DeliveryFaults): number {
  const flush = random.between(5, FLUSH_MS);
  if (random.chance(outOfOrder)) return flush + random.between(2_000, 15_000);
  if (random.chance(late)) return flush + random.between(120_000, 1_200_000);
  return random.chance(stale) ? flush + random.between(7_200_000, 7_800_000) : flush;
}
