import type { WindowSpec } from '../planner/plan';
import type { TimeWindow } from './contracts';

/** Starts of the TUMBLING or HOPPING windows that hold a time, oldest first; none before the epoch. */
export function windowStarts(spec: WindowSpec, timestamp: number): number[] {
  const { sizeMs, advanceMs } = spec;
  const earliest = Math.max(0, timestamp - sizeMs + advanceMs);
  const starts: number[] = [];
  for (let start = earliest - (earliest % advanceMs); start <= timestamp; start += advanceMs)
    starts.push(start);
  return starts;
}

/** Appends the window to the key's bytes as Kafka Streams' windowed serializers do. */
export function windowedKeyBytes(key: Buffer, window: TimeWindow, isSession: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(key.length + (isSession ? 16 : 8));
  key.copy(bytes);
  if (isSession) writeMs(bytes, window.end, key.length);
  writeMs(bytes, window.start, isSession ? key.length + 8 : key.length);
  return bytes;
}

function writeMs(bytes: Buffer, value: number, offset: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  bytes.writeInt32BE(high, offset);
  bytes.writeUInt32BE(value - high * 0x1_0000_0000, offset + 4);
}

function readMs(bytes: Buffer, offset: number): number {
  return bytes.readInt32BE(offset) * 0x1_0000_0000 + bytes.readUInt32BE(offset + 4);
}

/** Splits the bytes of a windowed key; undefined when they are too short to hold a window. */
export function splitWindowedKey(
  bytes: Buffer,
  isSession: boolean,
  sizeMs: number,
): { readonly key: Buffer; readonly window: TimeWindow } | undefined {
  const size = bytes.length - (isSession ? 16 : 8);
  if (size < 0) return undefined;
  const key = bytes.subarray(0, size);
  if (isSession) return { key, window: { start: readMs(bytes, size + 8), end: readMs(bytes, size) } };
  const start = readMs(bytes, size);
  return { key, window: { start, end: start + sizeMs } };
}
