import { Big } from '../../types/decimal';
import type { Mismatch } from '../compare-records';
import { isObject, JsonNumber, jsonText } from '../json-value';
import type { JsonObject, JsonValue } from '../json-value';

/** The first difference between what a case expects of an answer to a query and the answer. */
export function compareQueryAnswer(
  statement: string,
  expected: readonly JsonObject[],
  got: readonly JsonObject[],
): Mismatch | undefined {
  const wanted = linesOf(expected, expected);
  const actual = linesOf(got, expected);
  if (wanted.join('\n') === actual.join('\n')) return undefined;
  return {
    reason: `the answer to ${statement} differs`,
    expected: wanted.join('\n'),
    got: actual.join('\n'),
  };
}

/** An entity needs to hold what the case names; the rest varies from run to run. */
export function compareEntity(
  statement: string,
  expected: JsonObject,
  got: JsonObject,
): Mismatch | undefined {
  const [wanted, actual] = [canonical(expected), canonical(cutTo(expected, got))];
  if (wanted === actual) return undefined;
  return { reason: `the answer to ${statement} differs`, expected: wanted, got: actual };
}

/** Header first, with the members that the case names; rows in any order, as they lie in partitions; then the rest. */
function linesOf(lines: readonly JsonObject[], expected: readonly JsonObject[]): string[] {
  const rows = lines.filter((line) => 'row' in line).map((line) => canonical(line));
  const others = lines
    .filter((line) => !('row' in line) && !('header' in line))
    .map((line) => canonical(line));
  const wanted = expected.find((line) => 'header' in line)?.['header'];
  const header = lines.find((line) => 'header' in line)?.['header'];
  const shown = isObject(header) && isObject(wanted) ? [canonical(cutTo(wanted, header))] : [];
  return [...shown, ...rows.sort(), ...others];
}

/** `name|starts_with` asks for the beginning of a text only. */
function cutTo(expected: JsonObject, got: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(expected).map(([label, wanted]): [string, JsonValue] => {
      const [name, how] = label.split('|') as [string, string?];
      const value = got[label] ?? got[name] ?? null;
      if (how === 'starts_with' && typeof value === 'string' && typeof wanted === 'string')
        return [label, value.slice(0, wanted.length)];
      return [label, isObject(wanted) && isObject(value) ? cutTo(wanted, value) : value];
    }),
  );
}

/** One text for equal values: members in order of name, numbers by value. */
function canonical(value: JsonValue): string {
  if (value instanceof JsonNumber) return Big(value.text).stripTrailingZeros().toPlainString();
  if (Array.isArray(value)) return `[${(value as JsonValue[]).map(canonical).join(',')}]`;
  if (!isObject(value)) return jsonText(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
