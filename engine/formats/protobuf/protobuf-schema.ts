import protobuf from 'protobufjs';
import type { SchemaText } from '../../runtime/contracts';
import { SerdeError } from '../contracts';

const SCALARS = [
  'double',
  'float',
  'int32',
  'int64',
  'uint32',
  'uint64',
  'sint32',
  'sint64',
  'fixed32',
  'fixed64',
  'sfixed32',
  'sfixed64',
  'bool',
  'string',
  'bytes',
] as const;
export type ProtoScalar = (typeof SCALARS)[number];

/** Messages that stand for one value. */
const WELL_KNOWN = {
  'google.protobuf.BoolValue': { wraps: 'bool' },
  'google.protobuf.Int32Value': { wraps: 'int32' },
  'google.protobuf.UInt32Value': { wraps: 'uint32' },
  'google.protobuf.Int64Value': { wraps: 'int64' },
  'google.protobuf.UInt64Value': { wraps: 'uint64' },
  'google.protobuf.FloatValue': { wraps: 'float' },
  'google.protobuf.DoubleValue': { wraps: 'double' },
  'google.protobuf.StringValue': { wraps: 'string' },
  'google.protobuf.BytesValue': { wraps: 'bytes' },
  'google.protobuf.Timestamp': { is: 'timestamp' },
  'google.type.Date': { is: 'date' },
  'google.type.TimeOfDay': { is: 'time' },
  'confluent.type.Decimal': { is: 'decimal' },
} as const satisfies Record<string, { readonly wraps: ProtoScalar } | { readonly is: string }>;

export type ProtoType =
  | { readonly kind: 'scalar'; readonly scalar: ProtoScalar }
  | { readonly kind: 'wrapper'; readonly scalar: ProtoScalar }
  | { readonly kind: 'timestamp' | 'date' | 'time' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'enum'; readonly names: ReadonlyMap<number, string> }
  | { readonly kind: 'message'; readonly message: ProtoMessage };

export interface ProtoField {
  readonly id: number;
  readonly name: string;
  readonly type: ProtoType;
  readonly repeated: boolean;
  /** Written `optional`: an absent field is NULL, not its default. */
  readonly optional: boolean;
  /** A map: its entries are messages of the two fields `key` and `value`. */
  readonly entry?: ProtoMessage;
  readonly oneOf?: string;
}
export interface ProtoMessage {
  readonly name: string;
  /** In order of declaration. */
  readonly fields: readonly ProtoField[];
}

export interface ProtoFile {
  find(fullName: string): ProtoMessage | undefined;
  /** The message at a path of positions: among the top-level ones, then among those nested in it. */
  at(path: readonly number[]): ProtoMessage | undefined;
  pathOf(message: ProtoMessage): readonly number[];
}

/** Parses a .proto file with the files that it refers to. Throws SerdeError where it is none. */
export function parseProtobuf(schema: Pick<SchemaText, 'text' | 'references'>): ProtoFile {
  const root = new protobuf.Root();
  const { text, references = [] } = schema;
  try {
    for (const reference of references) {
      if (reference.text !== undefined) parseInto(root, reference.text);
    }
    const own = topLevelNames(text);
    return protoFile(root, parseInto(root, text).package ?? '', own);
  } catch (cause) {
    throw new SerdeError(`invalid protobuf schema: ${(cause as Error).message}`, { cause });
  }
}

function parseInto(root: protobuf.Root, text: string): protobuf.IParserResult {
  const parsed = protobuf.parse(text, root, { keepCase: true });
  for (const path of [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])]) {
    const common = protobuf.common.get(path);
    if (common?.nested !== undefined) root.addJSON(common.nested);
  }
  return parsed;
}

/** Names of the messages of this file alone, in order: `import` brings others into the same name space. */
function topLevelNames(text: string): readonly string[] {
  const alone = new protobuf.Root();
  const parsed = protobuf.parse(text, alone, { keepCase: true });
  const space = parsed.package === undefined ? alone : (alone.lookup(parsed.package) as protobuf.Namespace);
  return messagesIn(space).map((type) => type.name);
}

function messagesIn(space: protobuf.NamespaceBase): protobuf.Type[] {
  return space.nestedArray.filter((nested) => nested instanceof protobuf.Type);
}

type Seen = Map<protobuf.Type, ProtoMessage>;

function protoFile(root: protobuf.Root, packageName: string, own: readonly string[]): ProtoFile {
  const space = packageName === '' ? root : (root.lookup(packageName) as protobuf.Namespace);
  const seen: Seen = new Map();
  const top = own.map((name) => space.lookupType(name));
  return {
    find(fullName) {
      const found = space.lookup(fullName, protobuf.Type) ?? root.lookup(fullName, protobuf.Type);
      return found === null ? undefined : messageOf(found as protobuf.Type, seen);
    },
    at(path) {
      const [first, ...rest] = path;
      const type = rest.reduce<protobuf.Type | undefined>(
        (outer, index) => outer && messagesIn(outer)[index],
        top[first ?? 0],
      );
      return type && messageOf(type, seen);
    },
    pathOf: (message) => pathTo(message, top, seen) ?? [0],
  };
}

function pathTo(
  message: ProtoMessage,
  types: readonly protobuf.Type[],
  seen: Seen,
): readonly number[] | undefined {
  for (const [index, type] of types.entries()) {
    if (seen.get(type) === message) return [index];
    const inner = pathTo(message, messagesIn(type), seen);
    if (inner !== undefined) return [index, ...inner];
  }
  return undefined;
}

function messageOf(type: protobuf.Type, seen: Seen): ProtoMessage {
  const known = seen.get(type);
  if (known !== undefined) return known;
  const fields: ProtoField[] = [];
  const message = { name: type.fullName.replace(/^\./, ''), fields };
  seen.set(type, message);
  fields.push(...type.fieldsArray.map((field) => fieldOf(field, seen)));
  return message;
}

function fieldOf(field: protobuf.Field, seen: Seen): ProtoField {
  const isOptional = field.options?.['proto3_optional'] === true;
  return {
    id: field.id,
    name: field.name,
    type: typeOf(field, field.type, seen),
    repeated: field.repeated,
    optional: isOptional,
    entry: entryOf(field, seen),
    oneOf: isOptional ? undefined : field.partOf?.name,
  };
}

/** `map<K, V>`, or what Connect writes for a map: a repeated message `…Entry` of a key and a value. */
function entryOf(field: protobuf.Field, seen: Seen): ProtoMessage | undefined {
  if (field instanceof protobuf.MapField) return declaredEntry(field, seen);
  if (!field.repeated) return undefined;
  const type = field.parent?.lookup(field.type);
  if (!(type instanceof protobuf.Type) || !type.name.endsWith('Entry')) return undefined;
  const [key, value, ...others] = type.fieldsArray;
  return key?.name === 'key' && value?.name === 'value' && others.length === 0
    ? messageOf(type, seen)
    : undefined;
}

function declaredEntry(field: protobuf.MapField, seen: Seen): ProtoMessage {
  const part = (id: number, name: string, type: ProtoType): ProtoField => ({
    id,
    name,
    type,
    repeated: false,
    optional: false,
  });
  const key = part(1, 'key', { kind: 'scalar', scalar: field.keyType as ProtoScalar });
  return {
    name: `${field.name}Entry`,
    fields: [key, part(2, 'value', typeOf(field as unknown as protobuf.Field, field.type, seen))],
  };
}

function typeOf(field: protobuf.Field, name: string, seen: Seen): ProtoType {
  if ((SCALARS as readonly string[]).includes(name)) return { kind: 'scalar', scalar: name as ProtoScalar };
  const known = (WELL_KNOWN as Record<string, { wraps?: ProtoScalar; is?: string }>)[name.replace(/^\./, '')];
  if (known?.wraps !== undefined) return { kind: 'wrapper', scalar: known.wraps };
  if (known?.is === 'decimal') return decimalOf(field);
  if (known !== undefined) return { kind: known.is as 'timestamp' | 'date' | 'time' };
  const found = field.parent?.lookup(name);
  if (found instanceof protobuf.Enum)
    return { kind: 'enum', names: new Map(Object.entries(found.values).map(([k, v]) => [v, k])) };
  if (found instanceof protobuf.Type) return { kind: 'message', message: messageOf(found, seen) };
  throw new SerdeError(`invalid protobuf schema: unknown type '${name}' of field ${field.name}`);
}

/** Connect keeps precision and scale in an option of the field: a list of keys and values, in either order. */
function decimalOf(field: protobuf.Field): ProtoType {
  const text = JSON.stringify([field.parsedOptions ?? [], field.options ?? {}]);
  const option = (name: string): number | undefined => {
    const pair = `"key":"${name}","value":"(\\d+)"|"value":"(\\d+)","key":"${name}"|"${name}":"(\\d+)"`;
    const found = new RegExp(pair).exec(text);
    return found === null ? undefined : Number(found[1] ?? found[2] ?? found[3]);
  };
  return { kind: 'decimal', precision: option('precision') ?? 64, scale: option('scale') ?? 0 };
}
