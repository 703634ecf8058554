import type { Column, HeaderColumn } from '../../catalog/catalog';
import { MissingSchemaError } from '../../formats/contracts';
import type { Deserializer } from '../../formats/contracts';
import type { SourceStep } from '../../planner/plan';
import type { Header, Row, TimeWindow, TopicRecord } from '../contracts';
import type { Next, TaskContext } from '../task-context';
import type { TimestampReader } from '../timestamp-column';
import { splitWindowedKey } from '../windows';

/** Fills one column of a source's row from the record. */
type ColumnFill = (
  key: Row | null,
  value: Row,
  window: TimeWindow | null,
  record: TopicRecord,
  timestamp: number,
) => unknown;

export interface SourceParts {
  readonly step: SourceStep;
  readonly keyDeserializer: Deserializer;
  readonly valueDeserializer: Deserializer;
  readonly timestampOf?: TimestampReader;
}

/** What a source hands on: the decoded record. */
export type SourceNext = (
  key: Row | null,
  window: TimeWindow | null,
  value: Row | null,
  timestamp: number,
) => void;

/** Decodes records of a topic; what cannot be decoded goes to the processing log. */
export function sourceHandler(
  parts: SourceParts,
  context: TaskContext,
  next: SourceNext,
): (record: TopicRecord) => void {
  const { step, keyDeserializer, valueDeserializer, timestampOf } = parts;
  const { window: keyWindow } = step.topic;
  const fill = rowFiller(step);
  const report = (what: string, record: TopicRecord, cause: unknown): void => {
    if (cause instanceof MissingSchemaError) throw cause;
    const message = `Error deserializing message ${what} from topic: ${record.topic}: ${(cause as Error).message}`;
    context.deps.logger.error({
      queryId: context.queryId,
      kind: 'DESERIALIZATION',
      context: step.context,
      message,
      record,
      cause,
    });
  };

  return (record) => {
    let key: unknown[] | null = null;
    let window: TimeWindow | null = null;
    let value: unknown[] | null;
    let what = 'key';
    try {
      let keyBytes = record.key;
      if (keyWindow !== undefined && keyBytes !== null) {
        const split = splitWindowedKey(keyBytes, keyWindow.type === 'SESSION', keyWindow.sizeMs ?? 0);
        if (split === undefined) throw new RangeError('the key is too short to hold a window');
        ({ key: keyBytes, window } = split);
      }
      key = keyDeserializer.deserialize(keyBytes);
      what = 'value';
      value = valueDeserializer.deserialize(record.value);
    } catch (cause) {
      return report(what, record, cause);
    }
    const timestamp = timestampOf === undefined ? record.timestamp : timestampOf(key, value, record);
    if (timestamp === undefined || timestamp < 0) {
      if (step.failsOnInvalidTime) throw invalidTime(timestamp, record.topic);
      return;
    }
    if (timestamp > context.streamTime) context.streamTime = timestamp;
    next(key, window, value === null ? null : fill(key, value, window, record, timestamp), timestamp);
  };
}

/** What a record without a usable time does to a query that must not skip it. */
export function invalidTime(timestamp: number | undefined, topic: string): Error {
  return new Error(
    `Input record for topic ${topic} has invalid (negative) timestamp: ${timestamp ?? 'none'}`,
  );
}

/** Extends the decoded columns by the copied keys, headers and pseudo columns that the step's schema has. */
function rowFiller(
  step: SourceStep,
): (key: Row | null, value: unknown[], ...rest: [TimeWindow | null, TopicRecord, number]) => unknown[] {
  const declared = step.sourceSchema.value;
  const wanted = step.schema.value;
  const fills = wanted.map((column) => columnFill(column, step));
  const extendsDeclared = declared.every((column, index) => wanted[index]?.name === column.name);
  if (!extendsDeclared) {
    return (key, value, window, record, timestamp) =>
      fills.map((fill) => fill(key, value, window, record, timestamp));
  }
  const extra = fills.slice(declared.length);
  if (extra.length === 0) return (_key, value) => value;
  return (key, value, window, record, timestamp) => {
    for (const fill of extra) value.push(fill(key, value, window, record, timestamp));
    return value;
  };
}

function columnFill(column: Column, step: SourceStep): ColumnFill {
  const { key, value, headers } = step.sourceSchema;
  const valueIndex = value.findIndex((c) => c.name === column.name);
  if (valueIndex >= 0) return (_key, row) => row[valueIndex];
  const keyIndex = key.findIndex((c) => c.name === column.name);
  if (keyIndex >= 0) return (keyRow) => (keyRow === null ? null : (keyRow[keyIndex] ?? null));
  const header = headers.find((c) => c.name === column.name);
  if (header !== undefined) return headerFill(header);
  return pseudoFill(column.name);
}

function pseudoFill(name: string): ColumnFill {
  switch (name) {
    case 'ROWTIME':
      return (_key, _value, _window, _record, timestamp) => timestamp;
    case 'ROWPARTITION':
      return (_key, _value, _window, record) => record.partition;
    case 'ROWOFFSET':
      return (_key, _value, _window, record) => record.offset;
    case 'WINDOWSTART':
      return (_key, _value, window) => window?.start ?? null;
    case 'WINDOWEND':
      return (_key, _value, window) => window?.end ?? null;
    default:
      throw new Error(`invariant violated: source has no column ${name}`);
  }
}

function headerFill(header: HeaderColumn): ColumnFill {
  const { headerKey } = header;
  if (headerKey === undefined) {
    return (_key, _value, _window, record) => record.headers.map((h: Header) => [h.key, h.value]);
  }
  return (_key, _value, _window, record) =>
    record.headers.findLast((h) => h.key === headerKey)?.value ?? null;
}

/** A stream: every record is a row. */
export function streamSource(parts: SourceParts, context: TaskContext, next: Next): void {
  const handle = sourceHandler(parts, context, (key, window, value, timestamp) =>
    next.push(key, window, value, null, timestamp),
  );
  context.addSource(parts.step.topic.name, handle);
}
