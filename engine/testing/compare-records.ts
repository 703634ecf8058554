import { matchField } from '../formats/field-names';
import type { FormatName } from '../catalog/catalog';
import { isObject, JsonNumber, jsonText } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import type { DecodedRecord } from './record-codec';
import type { CaseRecord } from './test-case';

export interface Mismatch {
  readonly reason: string;
  readonly expected: string;
  readonly got: string;
}

/** Formats whose expected values ksqlDB's own tool converts through the schema: names in any case, NULLs may be left out. */
const SCHEMA_FORMATS: ReadonlySet<FormatName> = new Set(['AVRO', 'JSON_SR', 'PROTOBUF', 'PROTOBUF_NOSR']);

export interface ComparedTopic {
  readonly name: string;
  readonly keyFormat: FormatName;
  readonly valueFormat: FormatName;
  /** Outputs of INSERT VALUES are stamped with the time of the run. */
  readonly anyTime: boolean;
}

/** The first difference between what a case expects of a topic and what came; undefined when there is none. */
export function compareRecords(
  topic: ComparedTopic,
  expected: readonly CaseRecord[],
  got: readonly DecodedRecord[],
): Mismatch | undefined {
  const count = Math.max(expected.length, got.length);
  for (let i = 0; i < count; i++) {
    const [wanted, actual] = [expected[i], got[i]];
    const difference =
      wanted === undefined || actual === undefined
        ? 'the number of records'
        : recordDifference(topic, wanted, actual);
    if (difference === undefined) continue;
    return {
      reason: `topic ${topic.name}, record ${i}: ${difference} differs`,
      expected: expected.map((r) => recordText(r)).join('\n'),
      got: got.map((r) => recordText(r)).join('\n'),
    };
  }
  return undefined;
}

function recordDifference(
  topic: ComparedTopic,
  expected: CaseRecord,
  got: DecodedRecord,
): string | undefined {
  if (!equal(expected.key, got.key, SCHEMA_FORMATS.has(topic.keyFormat))) return 'the key';
  if (!equal(expected.value, got.value, SCHEMA_FORMATS.has(topic.valueFormat))) return 'the value';
  if (!sameTime(topic, expected, got)) return 'the timestamp';
  const { window } = expected;
  if (window !== undefined && (window.start !== got.window?.start || window.end !== got.window.end))
    return 'the window';
  if (expected.headers !== undefined && JSON.stringify(expected.headers) !== JSON.stringify(got.headers))
    return 'the headers';
  return undefined;
}

function sameTime(topic: ComparedTopic, expected: CaseRecord, got: DecodedRecord): boolean {
  if (expected.timestamp === undefined) return topic.anyTime || got.timestamp === 0;
  return expected.timestamp === got.timestamp;
}

function equal(expected: JsonValue, got: JsonValue, bySchema: boolean): boolean {
  if (expected instanceof JsonNumber && got instanceof JsonNumber) return expected.equals(got);
  if (expected instanceof JsonNumber || got instanceof JsonNumber)
    return looseNumber(expected, got, bySchema);
  if (Array.isArray(expected) && Array.isArray(got)) {
    return (
      expected.length === got.length &&
      expected.every((item, i) => equal(item as JsonValue, got[i] as JsonValue, bySchema))
    );
  }
  if (isObject(expected) && isObject(got)) return equalObjects(expected, got, bySchema);
  return expected === got;
}

/** Where a schema says the type, a number may be written as text and the other way round. */
function looseNumber(expected: JsonValue, got: JsonValue, bySchema: boolean): boolean {
  if (!bySchema && typeof expected !== 'string') return false;
  const [a, b] = [textOf(expected), textOf(got)];
  return a !== undefined && a === b;
}

function textOf(value: JsonValue): string | undefined {
  return value instanceof JsonNumber ? value.text : typeof value === 'string' ? value : undefined;
}

function equalObjects(expected: JsonObject, got: JsonObject, bySchema: boolean): boolean {
  const names = Object.keys(got);
  const matched = new Set<string>();
  for (const [name, value] of Object.entries(expected)) {
    const at = bySchema ? matchField(name, names) : names.indexOf(name);
    if (at < 0 ? !(bySchema && value === null) : !equal(value, got[names[at]!]!, bySchema)) return false;
    if (at >= 0) matched.add(names[at]!);
  }
  return names.every((name) => matched.has(name) || (bySchema && got[name] === null));
}

function recordText(record: CaseRecord | DecodedRecord): string {
  const window = record.window === undefined ? '' : ` [${record.window.start}, ${record.window.end}]`;
  const headers =
    record.headers === undefined || record.headers.length === 0
      ? ''
      : ` headers ${JSON.stringify(record.headers)}`;
  return `${jsonText(record.key)}${window} = ${jsonText(record.value)} @ ${record.timestamp ?? '-'}${headers}`;
}
