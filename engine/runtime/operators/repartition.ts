import type { Deserializer, Serializer } from '../../formats/contracts';
import { MissingSchemaError } from '../../formats/contracts';
import type { Row, TimeWindow, TopicRecord } from '../contracts';
import type { Next, TaskContext } from '../task-context';
import { splitWindowedKey, windowedKeyBytes } from '../windows';

export interface RepartitionParts {
  readonly topic: string;
  readonly keySerializer: Serializer;
  readonly valueSerializer: Serializer;
  readonly keyDeserializer: Deserializer;
  readonly valueDeserializer: Deserializer;
  readonly window?: { readonly isSession: boolean; readonly sizeMs: number };
  /** Tables: records are changes, with the old value behind the new one. */
  readonly isTable: boolean;
  readonly stepContext: string;
  /** A row comes back from the value's bytes as it was. */
  readonly isLossless: boolean;
}

/** What follows the value in a change: which of new and old are there. */
const enum ChangeFlag {
  OldOnly = 0,
  NewOnly = 1,
  Both = 2,
}

/** Writes rows to a repartition topic under their new key. */
export function repartitionWriter(parts: RepartitionParts, context: TaskContext): Next {
  const passes = parts.isLossless && context.deps.passesRows === true;
  return {
    // A stream has none.
    ignoresOld: !parts.isTable,
    push(key, window, value, old, timestamp) {
      try {
        const keyBytes = parts.keySerializer.serialize(key);
        const windowed =
          keyBytes !== null && window !== null
            ? windowedKeyBytes(keyBytes, window, parts.window?.isSession ?? false)
            : keyBytes;
        const { topic } = parts;
        const { headers } = context;
        const content = passes
          ? { value: null, passed: { key, window, value, old } }
          : { value: bytesOf(parts, value, old) };
        context.deps.emit({ topic, key: windowed, timestamp, headers, ...content });
      } catch (cause) {
        const message = `Error serializing message to topic: ${parts.topic}. ${(cause as Error).message}`;
        context.deps.logger.error({
          queryId: context.queryId,
          kind: 'SERIALIZATION',
          context: parts.stepContext,
          message,
          cause,
        });
      }
    },
  };
}

function bytesOf(
  { isTable, valueSerializer }: RepartitionParts,
  value: Row | null,
  old: Row | null,
): Buffer | null {
  return isTable ? changeBytes(valueSerializer, value, old) : valueSerializer.serialize(value);
}

function changeBytes(serializer: Serializer, value: Row | null, old: Row | null): Buffer | null {
  const newBytes = serializer.serialize(value);
  const oldBytes = serializer.serialize(old);
  if (newBytes !== null && oldBytes !== null) {
    const size = Buffer.alloc(5);
    size.writeInt32BE(newBytes.length);
    size[4] = ChangeFlag.Both;
    return Buffer.concat([newBytes, oldBytes, size]);
  }
  const only = newBytes ?? oldBytes;
  if (only === null) return null;
  return Buffer.concat([only, Buffer.from([newBytes === null ? ChangeFlag.OldOnly : ChangeFlag.NewOnly])]);
}

/** Reads them back in the sub-topology that owns the new partition. */
export function repartitionReader(
  parts: RepartitionParts,
  context: TaskContext,
  next: Next,
): (record: TopicRecord) => void {
  const readValues = parts.isTable
    ? changeReader(parts.valueDeserializer)
    : streamReader(parts.valueDeserializer);
  return (record) => {
    if (record.passed !== undefined) {
      const { key, window, value, old } = record.passed;
      if (record.timestamp > context.streamTime) context.streamTime = record.timestamp;
      return next.push(key, window, value, old, record.timestamp);
    }
    try {
      const { key, window } = readKey(parts, record.key);
      const [value, old] = readValues(record.value);
      if (record.timestamp > context.streamTime) context.streamTime = record.timestamp;
      next.push(key, window, value, old, record.timestamp);
    } catch (cause) {
      if (cause instanceof MissingSchemaError) throw cause;
      const message = `Error deserializing message from topic: ${record.topic}: ${(cause as Error).message}`;
      context.deps.logger.error({
        queryId: context.queryId,
        kind: 'DESERIALIZATION',
        context: parts.stepContext,
        message,
        record,
        cause,
      });
    }
  };
}

function readKey(
  parts: RepartitionParts,
  bytes: Buffer | null,
): { readonly key: Row | null; readonly window: TimeWindow | null } {
  if (bytes === null || parts.window === undefined)
    return { key: parts.keyDeserializer.deserialize(bytes), window: null };
  const split = splitWindowedKey(bytes, parts.window.isSession, parts.window.sizeMs);
  if (split === undefined) throw new RangeError('the key is too short to hold a window');
  return { key: parts.keyDeserializer.deserialize(split.key), window: split.window };
}

type ValueReader = (bytes: Buffer | null) => readonly [Row | null, Row | null];

function streamReader(deserializer: Deserializer): ValueReader {
  return (bytes) => [deserializer.deserialize(bytes), null];
}

function changeReader(deserializer: Deserializer): ValueReader {
  return (bytes) => {
    if (bytes === null) return [null, null];
    const end = bytes.length - 1;
    switch (bytes[end] as ChangeFlag) {
      case ChangeFlag.OldOnly:
        return [null, deserializer.deserialize(bytes.subarray(0, end))];
      case ChangeFlag.NewOnly:
        return [deserializer.deserialize(bytes.subarray(0, end)), null];
      case ChangeFlag.Both: {
        const middle = bytes.readInt32BE(end - 4);
        return [
          deserializer.deserialize(bytes.subarray(0, middle)),
          deserializer.deserialize(bytes.subarray(middle, end - 4)),
        ];
      }
    }
  };
}
