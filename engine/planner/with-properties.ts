import type { Expression } from '../ast/expressions';
import type { WithProperties } from '../ast/statements';
import type { Format, KeyWindow, WindowType } from '../catalog/catalog';
import { parseDurationMs } from '../analyzer/durations';
import { dateTimePattern } from '../functions/java/date-time-format';
import { fail } from '../analyzer/errors';
import { formatNamed } from './format-facts';
import { propertyValue } from './property-values';
import type { PropertyType, PropertyValue } from './property-values';

/** Where a WITH clause stands decides which properties it may have. */
export type WithPlace = 'CREATE_SOURCE' | 'CREATE_AS' | 'INSERT_INTO';

interface PropertySpec {
  readonly type: PropertyType;
  readonly places: readonly WithPlace[];
}

const SOURCE_AND_AS: readonly WithPlace[] = ['CREATE_SOURCE', 'CREATE_AS'];
const SOURCE_ONLY: readonly WithPlace[] = ['CREATE_SOURCE'];
const text = (places: readonly WithPlace[]): PropertySpec => ({ type: 'string', places });

/** "CREATE STREAM", "CREATE TABLE" and their AS SELECT forms in ksqlDB's reference list them. */
const PROPERTIES: Readonly<Record<string, PropertySpec>> = {
  KAFKA_TOPIC: text(SOURCE_AND_AS),
  FORMAT: text(SOURCE_AND_AS),
  KEY_FORMAT: text(SOURCE_AND_AS),
  VALUE_FORMAT: text(SOURCE_AND_AS),
  PARTITIONS: { type: 'int', places: SOURCE_AND_AS },
  REPLICAS: { type: 'short', places: SOURCE_AND_AS },
  RETENTION_MS: { type: 'long', places: SOURCE_AND_AS },
  CLEANUP_POLICY: text(SOURCE_AND_AS),
  TIMESTAMP: text(SOURCE_AND_AS),
  TIMESTAMP_FORMAT: text(SOURCE_AND_AS),
  WRAP_SINGLE_VALUE: { type: 'boolean', places: SOURCE_AND_AS },
  KEY_DELIMITER: text(SOURCE_AND_AS),
  VALUE_DELIMITER: text(SOURCE_AND_AS),
  KEY_SCHEMA_ID: { type: 'int', places: SOURCE_AND_AS },
  VALUE_SCHEMA_ID: { type: 'int', places: SOURCE_AND_AS },
  KEY_SCHEMA_FULL_NAME: text(SOURCE_AND_AS),
  VALUE_SCHEMA_FULL_NAME: text(SOURCE_AND_AS),
  VALUE_AVRO_SCHEMA_FULL_NAME: text(SOURCE_AND_AS),
  KEY_PROTOBUF_NULLABLE_REPRESENTATION: text(SOURCE_AND_AS),
  VALUE_PROTOBUF_NULLABLE_REPRESENTATION: text(SOURCE_AND_AS),
  WINDOW_TYPE: text(SOURCE_ONLY),
  WINDOW_SIZE: text(SOURCE_ONLY),
  SOURCED_BY_CONNECTOR: text(SOURCE_ONLY),
  QUERY_ID: text(['INSERT_INTO']),
};

const PREPARE = 'Failed to prepare statement: ';

/** A WITH clause with its values read and checked. */
export interface With {
  readonly kafkaTopic?: string;
  readonly partitions?: number;
  readonly replicas?: number;
  readonly retentionMs?: number;
  readonly cleanupPolicy?: string;
  readonly timestamp?: string;
  readonly timestampFormat?: string;
  readonly wrapSingleValue?: boolean;
  readonly window?: KeyWindow;
  readonly queryId?: string;
  readonly key: FormatWish;
  readonly value: FormatWish;
}
/** What the clause says about one side's format; absent parts come from defaults or the query's sources. */
export interface FormatWish {
  readonly name?: Format['name'];
  readonly properties: Readonly<Record<string, string>>;
}

/** Reads a WITH clause. Unknown names, values of the wrong type and contradictions are refused. */
export function readWith(properties: WithProperties, place: WithPlace): With {
  refuseUnknown(properties, place);
  const read = (name: string) => readValue(name, properties.get(name));
  const given = {
    text: read as (name: string) => string | undefined,
    number: read as (name: string) => number | undefined,
  };
  return {
    kafkaTopic: topicName(given.text('KAFKA_TOPIC')),
    partitions: positive('PARTITIONS', given.number('PARTITIONS')),
    replicas: replicas(given.number('REPLICAS')),
    retentionMs: given.number('RETENTION_MS'),
    cleanupPolicy: given.text('CLEANUP_POLICY'),
    timestamp: given.text('TIMESTAMP'),
    timestampFormat: timestampFormat(given.text('TIMESTAMP_FORMAT')),
    wrapSingleValue: read('WRAP_SINGLE_VALUE') as boolean | undefined,
    window: keyWindow(given.text('WINDOW_TYPE'), given.text('WINDOW_SIZE')),
    queryId: given.text('QUERY_ID'),
    ...formats(given.text, given.number),
  };
}

function refuseUnknown(properties: WithProperties, place: WithPlace): void {
  const unknown = [...properties.keys()].filter((name) => !PROPERTIES[name]?.places.includes(place));
  if (unknown.length === 0) return;
  fail(
    'withProperty',
    `${PREPARE}Invalid config variable(s) in the WITH clause: ${unknown.join(',')}`,
    properties.get(unknown[0]!)?.loc,
  );
}

function readValue(name: string, node: Expression | undefined): PropertyValue | undefined {
  if (node === undefined || node.kind === 'NullLiteral') return undefined;
  const value = propertyValue(PROPERTIES[name]!.type, node);
  if ('refusal' in value) return failValue(name, value.shown, value.refusal);
  return value.is;
}

/** Values that are no number, no boolean or none of a list: in the words of Kafka's configurations, which ksqlDB calls properties. */
function failValue(name: string, shown: string, refusal: string): never {
  return fail('withProperty', `${PREPARE}Invalid value ${shown} for property ${name}: ${refusal}`);
}

function oneOf<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find((candidate) => candidate === value.toUpperCase());
  return known ?? failValue(name, value, `String must be one of: ${allowed.join(', ')}, NULL`);
}

function invalid(name: string, reason: string): never {
  return fail('withProperty', `${PREPARE}Configuration ${name} is invalid: ${reason}`);
}

function topicName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
    return invalid('KAFKA_TOPIC', `'${name}' is no topic name: up to 249 letters, digits, '.', '_' and '-'`);
  }
  return name;
}

function positive(name: string, value: number | undefined): number | undefined {
  if (value === undefined || value > 0) return value;
  return fail('withProperty', `Invalid number of partitions: ${value}. ${name} must be positive.`);
}

/** -1 leaves the number to the broker. */
function replicas(value: number | undefined): number | undefined {
  if (value === undefined || value === -1) return undefined;
  return value > 0
    ? value
    : fail('withProperty', `Invalid number of replicas: ${value}. REPLICAS must be positive, or -1.`);
}

/** A pattern is checked even where no TIMESTAMP column uses it. */
function timestampFormat(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  try {
    dateTimePattern(pattern);
  } catch (error) {
    const reason = (error as Error).message;
    fail('withProperty', `${PREPARE}Invalid datetime format for config:TIMESTAMP_FORMAT, reason:${reason}`);
  }
  return pattern;
}

const WINDOW_TYPES: readonly WindowType[] = ['SESSION', 'HOPPING', 'TUMBLING'];

function keyWindow(type: string | undefined, size: string | undefined): KeyWindow | undefined {
  if (type === undefined) {
    if (size === undefined) return undefined;
    return fail('withProperty', `${PREPARE}WINDOW_SIZE is only valid together with WINDOW_TYPE.`);
  }
  const known = oneOf('WINDOW_TYPE', type, WINDOW_TYPES)!;
  return { type: known, sizeMs: windowSize(known, size) };
}

function windowSize(type: WindowType, size: string | undefined): number | undefined {
  if (type === 'SESSION') {
    if (size === undefined) return undefined;
    return fail('withProperty', `${PREPARE}'WINDOW_SIZE' should not be set for SESSION windows.`);
  }
  if (size === undefined) {
    const article = `${type} windows require 'WINDOW_SIZE' to be provided in the WITH clause. For example: 'WINDOW_SIZE'='10 SECONDS'`;
    return fail('withProperty', `${PREPARE}${article}`);
  }
  try {
    return parseDurationMs(size);
  } catch (error) {
    return invalid('WINDOW_SIZE', `${(error as Error).message}\nExample valid value: '10 SECONDS'`);
  }
}

type Given<T> = (name: string) => T | undefined;

function formats(text: Given<string>, number: Given<number>): Pick<With, 'key' | 'value'> {
  const both = text('FORMAT');
  for (const name of ['KEY_FORMAT', 'VALUE_FORMAT']) {
    if (both !== undefined && text(name) !== undefined) refuseBoth(name);
  }
  return {
    key: { name: named(text('KEY_FORMAT') ?? both), properties: formatProperties('KEY', text, number) },
    value: { name: named(text('VALUE_FORMAT') ?? both), properties: formatProperties('VALUE', text, number) },
  };
}

function refuseBoth(name: string): never {
  const message =
    `${PREPARE}Cannot supply both '${name}' and 'FORMAT' properties, as 'FORMAT' sets both key and value formats. ` +
    `Either use just 'FORMAT', or use 'KEY_FORMAT' and 'VALUE_FORMAT'.`;
  return fail('withProperty', message);
}

function named(name: string | undefined): Format['name'] | undefined {
  return name === undefined ? undefined : formatNamed(name);
}

function formatProperties(
  side: 'KEY' | 'VALUE',
  text: Given<string>,
  number: Given<number>,
): Readonly<Record<string, string>> {
  const avroName = side === 'VALUE' ? text('VALUE_AVRO_SCHEMA_FULL_NAME') : undefined;
  const all: Record<string, string | undefined> = {
    delimiter: delimiter(`${side}_DELIMITER`, text(`${side}_DELIMITER`)),
    fullSchemaName: text(`${side}_SCHEMA_FULL_NAME`) ?? avroName,
    schemaId: number(`${side}_SCHEMA_ID`)?.toString(),
    nullableRepresentation: nullableRepresentation(side, text(`${side}_PROTOBUF_NULLABLE_REPRESENTATION`)),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function delimiter(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value === 'SPACE' || value === 'TAB') return value;
  const example = `Example valid value: ';'`;
  if (value.trim() === '') {
    const reason =
      `Delimiter cannot be empty, if you meant to have a tab or space for delimiter, ` +
      `please use the special values 'TAB' or 'SPACE'\n${example}`;
    return invalid(name, reason);
  }
  if (value.length > 1)
    return invalid(
      name,
      `Invalid delimiter value: '${value}'. Delimiter must be a single character or TAB,SPACE\n${example}`,
    );
  return value;
}

function nullableRepresentation(side: string, value: string | undefined): string | undefined {
  return oneOf(`${side}_PROTOBUF_NULLABLE_REPRESENTATION`, value, ['OPTIONAL', 'WRAPPER'])?.toLowerCase();
}
