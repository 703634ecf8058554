import type { SinkDefinition } from './sinks';

type Config = Record<string, string>;

/** One transform of a chain: its settings without their prefix, `type` among them. */
export interface Transform {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Not a setting of the transform: when it is applied. */
  readonly predicate?: { readonly name: string; readonly type: string };
}

const STOCK = 'org.apache.kafka.connect.transforms';

/** Connect's settings for transforms, applied in this order. */
export function transformChain(transforms: readonly Transform[]): Config {
  const predicates = transforms.flatMap(({ predicate }) => predicate ?? []);
  const prefixed = transforms.flatMap(({ name, settings, predicate }) =>
    Object.entries({ ...settings, ...(predicate ? { predicate: predicate.name } : {}) }).map(
      ([key, value]) => [`transforms.${name}.${key}`, value] as const,
    ),
  );
  return {
    transforms: transforms.map(({ name }) => name).join(','),
    ...Object.fromEntries(prefixed),
    ...(predicates.length > 0 ? { predicates: predicates.map(({ name }) => name).join(',') } : {}),
    ...Object.fromEntries(predicates.map(({ name, type }) => [`predicates.${name}.type`, type])),
  };
}

/** What makes a row of a record: the text in a column, a typed value as it is, or a row of ksqlDB with its key. */
export function rowTransform(definition: SinkDefinition): Transform {
  if (definition.layers) return keyTransform(definition);
  if (definition.source === 'text') {
    return { name: 'hoist', settings: { type: `${STOCK}.HoistField$Value`, field: 'value' } };
  }
  // A record without a value has nothing to write; as the first one of a new table it would end the task.
  return {
    name: 'present',
    settings: { type: `${STOCK}.Filter` },
    predicate: { name: 'empty', type: `${STOCK}.predicates.RecordIsTombstone` },
  };
}

/** `resources/connector/transforms`. */
function keyTransform({ tables }: SinkDefinition): Transform {
  const ofTables = tables.filter(({ row }) => row?.isTable).flatMap(({ topics }) => topics);
  const windows = tables.flatMap(({ topics, row }) =>
    row?.window === undefined ? [] : topics.map((topic) => `${topic}=${row.window}`),
  );
  return {
    name: 'key',
    settings: { type: 'org.naap.connect.RecordKey', tables: ofTables.join(','), windows: windows.join(',') },
  };
}

/** A field with the record's time as UTC text in that pattern of Java's. */
export function timePart(field: string, format: string): Transform[] {
  return [
    { name: field, settings: { type: `${STOCK}.InsertField$Value`, 'timestamp.field': field } },
    {
      name: `${field}Text`,
      settings: { type: `${STOCK}.TimestampConverter$Value`, field, 'target.type': 'string', format },
    },
  ];
}

/** Where a record came from, as plain fields. */
export function originFields(): Transform {
  return {
    name: 'origin',
    settings: {
      type: `${STOCK}.InsertField$Value`,
      'topic.field': 'kafka_topic',
      'partition.field': 'kafka_partition',
      'offset.field': 'kafka_offset',
      'timestamp.field': 'kafka_timestamp',
    },
  };
}
