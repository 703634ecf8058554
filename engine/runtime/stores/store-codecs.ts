import type { Row } from '../contracts';
import { keyIdentity } from '../key-identity';
import type { KeyIdentity } from '../key-identity';
import { stateCodec } from '../state-codec';
import type { StateCodec } from '../state-codec';
import type { StoreShape } from './state-store';

/** How a store tells keys apart and writes its changelog. */
export interface StoreCodecs {
  readonly identity: KeyIdentity;
  readonly key: StateCodec;
  readonly state: StateCodec;
}

export function storeCodecs({ spec, stateColumns }: StoreShape): StoreCodecs {
  return {
    identity: keyIdentity(spec.keyColumns),
    key: stateCodec(spec.keyColumns.map((column) => column.type)),
    state: stateCodec(stateColumns.map((column) => column.type)),
  };
}

/** A key's bytes followed by numbers: the window, or time and sequence. */
export function withNumbers(key: Buffer, ...numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(key.length + 8 * numbers.length);
  key.copy(bytes);
  numbers.forEach((number, i) => bytes.writeDoubleBE(number, key.length + 8 * i));
  return bytes;
}

/** Takes apart what {@link withNumbers} put together. */
export function splitNumbers(
  bytes: Buffer,
  codec: StateCodec,
  count: number,
): { key: Row; numbers: number[] } {
  const size = bytes.length - 8 * count;
  const numbers = Array.from({ length: count }, (_, i) => bytes.readDoubleBE(size + 8 * i));
  return { key: codec.decode(bytes.subarray(0, size)), numbers };
}

/** The latest time that a store has seen, and what is too old because of it: at or before that time less the retention. */
export class Retention {
  readonly retentionMs: number;
  streamTime = -1;
  private sweptAt = -1;

  constructor({ spec }: StoreShape) {
    this.retentionMs = spec.retentionMs ?? Number.MAX_SAFE_INTEGER;
  }
  isExpired(time: number): boolean {
    return time <= this.streamTime - this.retentionMs;
  }
  /** True once in a quarter of the retention: then expired entries are to be freed. */
  advance(time: number): boolean {
    if (time <= this.streamTime) return false;
    this.streamTime = time;
    if (time - this.sweptAt < this.retentionMs / 4) return false;
    this.sweptAt = time;
    return true;
  }
}

/** Written under an empty key: a number that an operator needs after a restart. */
const MARK_KEY = Buffer.alloc(0);

/** A number that is kept with the state in its changelog, e.g. up to where final results were emitted; -1 when never set. */
export class ProgressMark {
  private mark = -1;
  private changed = false;

  get value(): number {
    return this.mark;
  }
  set(value: number): void {
    this.mark = value;
    this.changed = true;
  }
  flush(write: (key: Buffer, value: Buffer) => void): void {
    if (!this.changed) return;
    this.changed = false;
    const value = Buffer.alloc(8);
    value.writeDoubleBE(this.mark);
    write(MARK_KEY, value);
  }
  /** True when the record was the mark's. */
  restore(key: Buffer, value: Buffer | null): boolean {
    if (key.length > 0) return false;
    if (value !== null) this.mark = value.readDoubleBE(0);
    return true;
  }
  resume(value: number): void {
    this.mark = value;
  }
}
