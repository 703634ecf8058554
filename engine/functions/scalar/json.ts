import { assertNever } from '../../source/assert-never';
import type { BigDecimal } from '../../types/decimal';
import { Big } from '../../types/decimal';
import { doubleToText } from '../../types/number-text';
import type { SqlType, SqlValue } from '../../types/sql-type';
import { dateToText, timeToText, timestampToText } from '../../types/temporal-text';
import { valueToText } from '../../types/value-text';
import { scalar, typedVariant, variant } from '../function-row';
import type { FunctionRow } from '../function-row';
import { extractJson, jsonString, jsonToText, parseJsonPath, tryParseJson } from '../java/json-document';
import type { JsonNode } from '../java/json-document';

const CATEGORY = 'JSON';

/** Text of a string without quotes; JSON text of the rest. */
function plainText(node: JsonNode): string {
  return node.kind === 'string' ? node.value : jsonToText(node);
}

function extract(text: string, path: string): string | null {
  return extractJson(text, parseJsonPath(path));
}

function concat(...texts: string[]): string | null {
  if (texts.length === 0) return null;
  const nodes = texts.map(tryParseJson);
  if (nodes.some((node) => node === undefined)) return null;
  return jsonToText((nodes as JsonNode[]).reduce(merge));
}
/** Objects are merged, the right one wins; all else is joined as arrays. */
function merge(left: JsonNode, right: JsonNode): JsonNode {
  if (left.kind === 'object' && right.kind === 'object')
    return { kind: 'object', fields: new Map([...left.fields, ...right.fields]) };
  const items = [left, right].flatMap((node) => (node.kind === 'array' ? node.items : [node]));
  return { kind: 'array', items };
}

/** Whether a JSON value is the SQL value, type for type. */
function sameValue(node: JsonNode, value: SqlValue, type: SqlType | null): boolean {
  if (value === null) return node.kind === 'null';
  switch (type?.kind) {
    case 'STRING':
      return node.kind === 'string' && node.value === value;
    case 'BOOLEAN':
      return node.kind === 'boolean' && node.value === value;
    case 'INTEGER':
    case 'BIGINT':
      return (
        node.kind === 'number' &&
        /^-?\d+$/.test(node.text) &&
        BigInt(node.text) === BigInt(value as number | bigint)
      );
    case 'DOUBLE':
      return node.kind === 'number' && Number(node.text) === value;
    case 'DECIMAL':
      return node.kind === 'number' && Big(node.text).compareTo(value as BigDecimal) === 0;
    default:
      return false;
  }
}

/** A value as TO_JSON_STRING writes it. */
export function valueToJson(value: SqlValue, type: SqlType | null): string {
  if (value === null || type === null) return 'null';
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
      return valueToText(value, type);
    case 'DOUBLE':
      return Number.isFinite(value)
        ? doubleToText(value as number)
        : jsonString(doubleToText(value as number));
    case 'DECIMAL':
      return (value as BigDecimal).toPlainString();
    case 'STRING':
      return jsonString(value as string);
    case 'BYTES':
      return jsonString((value as Buffer).toString('base64'));
    case 'DATE':
      return jsonString(dateToText(value as number));
    case 'TIME':
      return jsonString(timeToText(value as number));
    case 'TIMESTAMP':
      return jsonString(timestampToText(value as number));
    case 'ARRAY':
      return `[${(value as SqlValue[]).map((item) => valueToJson(item, type.element)).join(',')}]`;
    case 'MAP':
      return `{${[...(value as Map<SqlValue, SqlValue>)].map(([k, v]) => `${jsonString(valueToText(k, type.key))}:${valueToJson(v, type.value)}`).join(',')}}`;
    case 'STRUCT':
      return `{${type.fields.map((f, i) => `${jsonString(f.name)}:${valueToJson((value as SqlValue[])[i] ?? null, f.type)}`).join(',')}}`;
    default:
      return assertNever(type, 'type');
  }
}

function arrayOf(text: string): readonly JsonNode[] | null {
  const node = tryParseJson(text);
  return node?.kind === 'array' ? node.items : null;
}
function objectOf(text: string): ReadonlyMap<string, JsonNode> | null {
  const node = tryParseJson(text);
  return node?.kind === 'object' ? node.fields : null;
}

export const JSON_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'EXTRACTJSONFIELD',
    CATEGORY,
    {
      description: 'The value at a path such as $.a.b[0]: strings without quotes, the rest as JSON.',
      examples: [
        ['EXTRACTJSONFIELD(\'{"a":{"b":[1.50,{"c":"x"}]}}\', \'$.a.b[0]\')', '1.50'],
        ['EXTRACTJSONFIELD(\'{"a":"x"}\', \'$.b\')', 'null'],
      ],
    },
    variant('VARCHAR input; VARCHAR path -> VARCHAR', extract),
  ),
  scalar(
    'IS_JSON_STRING',
    CATEGORY,
    {
      description: 'Whether a text is JSON; FALSE for NULL.',
      label: 'is_json_string',
      nulls: 'handled',
      examples: [
        ["IS_JSON_STRING('[1, 2]')", 'true'],
        ["IS_JSON_STRING('abc')", 'false'],
      ],
    },
    variant(
      'VARCHAR input -> BOOLEAN',
      (text: string | null) => text !== null && tryParseJson(text) !== undefined,
    ),
  ),
  scalar(
    'JSON_ARRAY_CONTAINS',
    CATEGORY,
    {
      description: 'Whether a JSON array holds a value, compared type for type.',
      label: 'json_array_contains',
      nulls: 'handled',
      examples: [
        ["JSON_ARRAY_CONTAINS('[1, 2, 3]', 3)", 'true'],
        ['JSON_ARRAY_CONTAINS(\'["1"]\', 1)', 'false'],
      ],
    },
    typedVariant(
      'VARCHAR jsonArray; T val -> BOOLEAN',
      ({ args }) =>
        (text: string | null, value: SqlValue) =>
          text === null
            ? false
            : (arrayOf(text)?.some((item) => sameValue(item, value, args[1] ?? null)) ?? false),
    ),
  ),
  scalar(
    'JSON_ARRAY_LENGTH',
    CATEGORY,
    {
      description: 'Length of a JSON array; NULL for all else.',
      label: 'json_array_length',
      examples: [
        ["JSON_ARRAY_LENGTH('[1, 2, 3]')", '3'],
        ["JSON_ARRAY_LENGTH('')", 'null'],
      ],
    },
    variant('VARCHAR jsonArray -> INT', (text: string) => arrayOf(text)?.length ?? null),
  ),
  scalar(
    'JSON_CONCAT',
    CATEGORY,
    {
      description: 'Objects merged, arrays and other values joined to one array.',
      label: 'json_concat',
      examples: [
        ['JSON_CONCAT(\'{"a": 1}\', \'{"b": 2}\')', '{"a":1,"b":2}'],
        ["JSON_CONCAT('[1]', '2')", '[1,2]'],
      ],
    },
    variant('VARCHAR... jsonStrings -> VARCHAR', concat),
  ),
  scalar(
    'JSON_ITEMS',
    CATEGORY,
    {
      description: 'The elements of a JSON array as JSON texts.',
      label: 'json_items',
      examples: [['JSON_ITEMS(\'[{"a": 1}, 2]\')', '[{"a":1}, 2]']],
    },
    variant('VARCHAR jsonItems -> ARRAY<VARCHAR>', (text: string) => arrayOf(text)?.map(jsonToText) ?? null),
  ),
  scalar(
    'JSON_KEYS',
    CATEGORY,
    {
      description: 'The names in a JSON object; NULL for all else.',
      label: 'json_keys',
      examples: [['JSON_KEYS(\'{"a": 1, "b": 2}\')', '[a, b]']],
    },
    variant('VARCHAR jsonObj -> ARRAY<VARCHAR>', (text: string) => {
      const fields = objectOf(text);
      return fields === null ? null : [...fields.keys()];
    }),
  ),
  scalar(
    'JSON_RECORDS',
    CATEGORY,
    {
      description: 'The names and values of a JSON object; NULL for all else.',
      label: 'json_records',
      examples: [['JSON_RECORDS(\'{"a": 1, "b": "x"}\')', '{a=1, b=x}']],
    },
    variant('VARCHAR jsonObj -> MAP<VARCHAR, VARCHAR>', (text: string) => {
      const fields = objectOf(text);
      return fields === null ? null : new Map([...fields].map(([name, node]) => [name, plainText(node)]));
    }),
  ),
  scalar(
    'TO_JSON_STRING',
    CATEGORY,
    {
      description: 'Any value as JSON.',
      label: 'to_json_string',
      nulls: 'handled',
      examples: [
        ["TO_JSON_STRING(ARRAY['a', NULL])", '["a",null]'],
        ['TO_JSON_STRING(STRUCT(X := 1))', '{"X":1}'],
      ],
    },
    typedVariant(
      'T input -> VARCHAR',
      ({ args }) =>
        (value: SqlValue) =>
          valueToJson(value, args[0] ?? null),
    ),
  ),
];
