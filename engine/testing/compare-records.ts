import { matchField } from '../formats/field-names';
import { isObject, JsonNumber, jsonText } from './json-value';
import type { JsonObject, JsonValue } from './json-value';
import type { DecodedRecord } from './record-codec';
import type { CaseRecord } from './test-case';

export interface Mismatch {
  readonly reason: string;
  readonly expected: string;
  readonly got: string;
}

/** The first difference between what a case expects of a topic and what came; undefined when there is none. */
export function compareRecords(
  topic: string,
  expected: readonly CaseRecord[],
  got: readonly DecodedRecord[],
): Mismatch | undefined {
  const count = Math.max(expected.length, got.length);
  for (let i = 0; i < count; i++) {
    const [wanted, actual] = [expected[i], got[i]];
    const difference =
      wanted === undefined || actual === undefined
        ? 'the number of records'
        : recordDifference(wanted, actual);
    if (difference === undefined) continue;
    return {
      reason: `topic ${topic}, record ${i}: ${difference} differs`,
      expected: expected.map((r) => recordText(r)).join('\n'),
      got: got.map((r) => recordText(r)).join('\n'),
    };
  }
  return undefined;
}

function recordDifference(expected: CaseRecord, got: DecodedRecord): string | undefined {
  if (!equal(expected.key, got.key)) return 'the key';
  if (!equal(expected.value, got.value)) return 'the value';
  if (expected.timestamp !== undefined && expected.timestamp !== got.timestamp) return 'the timestamp';
  const { window } = expected;
  if (window !== undefined && (window.start !== got.window?.start || window.end !== got.window.end))
    return 'the window';
  if (expected.headers !== undefined && JSON.stringify(expected.headers) !== JSON.stringify(got.headers))
    return 'the headers';
  return undefined;
}

function equal(expected: JsonValue, got: JsonValue): boolean {
  if (expected instanceof JsonNumber && got instanceof JsonNumber) return expected.equals(got);
  if (expected instanceof JsonNumber || got instanceof JsonNumber) return looseNumber(expected, got);
  if (Array.isArray(expected) && Array.isArray(got)) {
    return (
      expected.length === got.length &&
      expected.every((item, i) => equal(item as JsonValue, got[i] as JsonValue))
    );
  }
  if (isObject(expected) && isObject(got)) return equalObjects(expected, got);
  return expected === got;
}

/** A number may be written as text and the other way round: the column says what it is. */
function looseNumber(expected: JsonValue, got: JsonValue): boolean {
  const [a, b] = [numberOf(expected), numberOf(got)];
  return a !== undefined && b !== undefined && a.equals(b);
}

function numberOf(value: JsonValue): JsonNumber | undefined {
  if (value instanceof JsonNumber) return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)
    ? new JsonNumber(value)
    : undefined;
}

/** Names in any case; a NULL may be left out: ksqlDB's own tool reads both sides through the schema. */
function equalObjects(expected: JsonObject, got: JsonObject): boolean {
  const names = Object.keys(got);
  const matched = new Set<string>();
  for (const [name, value] of Object.entries(expected)) {
    const at = matchField(name, names);
    if (at < 0 ? value !== null : !equal(value, got[names[at]!]!)) return false;
    if (at >= 0) matched.add(names[at]!);
  }
  return names.every((name) => matched.has(name) || got[name] === null);
}

function recordText(record: CaseRecord | DecodedRecord): string {
  const window = record.window === undefined ? '' : ` [${record.window.start}, ${record.window.end}]`;
  const headers =
    record.headers === undefined || record.headers.length === 0
      ? ''
      : ` headers ${JSON.stringify(record.headers)}`;
  return `${jsonText(record.key)}${window} = ${jsonText(record.value)} @ ${record.timestamp ?? '-'}${headers}`;
}
