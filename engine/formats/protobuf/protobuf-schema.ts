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
  /** Absent differs from the default value. */
  readonly optional: boolean;
  /** `map<key, …>`: the key's type; `type` is the value's. */
  readonly mapKey?: ProtoType;
  /** The `oneof` it belongs to, with its position among them. */
  readonly oneOf?: string;
}
export interface ProtoMessage {
  readonly name: string;
  /** In order of declaration. */
  readonly fields: readonly ProtoField[];
}

export interface ProtoFile {
  /** Top-level messages in order of declaration. */
  readonly messages: readonly ProtoMessage[];
  find(fullName: string): ProtoMessage | undefined;
}

/** Parses a .proto file with the files that it refers to. Throws SerdeError where it is none. */
export function parseProtobuf(schema: Pick<SchemaText, 'text' | 'references'>): ProtoFile {
  const root = new protobuf.Root();
  const { text, references = [] } = schema;
  try {
    for (const reference of references) {
      if (reference.text !== undefined) protobuf.parse(reference.text, root, { keepCase: true });
    }
    const own = topLevelNames(text);
    const parsed = protobuf.parse(text, root, { keepCase: true, preferTrailingComment: false });
    return protoFile(root, parsed.package ?? '', own);
  } catch (cause) {
    throw new SerdeError(`invalid protobuf schema: ${(cause as Error).message}`, { cause });
  }
}

/** Names of the messages of this file alone, in order: `import` brings others into the same name space. */
function topLevelNames(text: string): readonly string[] {
  const alone = new protobuf.Root();
  const parsed = protobuf.parse(text, alone, { keepCase: true });
  const space = parsed.package === undefined ? alone : (alone.lookup(parsed.package) as protobuf.Namespace);
  return space.nestedArray.filter((nested) => nested instanceof protobuf.Type).map((type) => type.name);
}

function protoFile(root: protobuf.Root, packageName: string, own: readonly string[]): ProtoFile {
  const space = packageName === '' ? root : (root.lookup(packageName) as protobuf.Namespace);
  const seen = new Map<protobuf.Type, ProtoMessage>();
  const types = own.map((name) => space.lookupType(name));
  return {
    messages: types.map((type) => messageOf(type, seen)),
    find(fullName) {
      const found = root.lookup(fullName, protobuf.Type) ?? space.lookup(fullName, protobuf.Type);
      return found === null ? undefined : messageOf(found as protobuf.Type, seen);
    },
  };
}

function messageOf(type: protobuf.Type, seen: Map<protobuf.Type, ProtoMessage>): ProtoMessage {
  const known = seen.get(type);
  if (known !== undefined) return known;
  const fields: ProtoField[] = [];
  const message = { name: type.fullName.replace(/^\./, ''), fields };
  seen.set(type, message);
  fields.push(...type.fieldsArray.map((field) => fieldOf(field, seen)));
  return message;
}

function fieldOf(field: protobuf.Field, seen: Map<protobuf.Type, ProtoMessage>): ProtoField {
  const isOptional = field.options?.['proto3_optional'] === true;
  return {
    id: field.id,
    name: field.name,
    type: typeOf(field, field.type, seen),
    repeated: field.repeated,
    optional: isOptional,
    mapKey:
      field instanceof protobuf.MapField
        ? { kind: 'scalar', scalar: field.keyType as ProtoScalar }
        : undefined,
    oneOf: isOptional ? undefined : field.partOf?.name,
  };
}

function typeOf(field: protobuf.Field, name: string, seen: Map<protobuf.Type, ProtoMessage>): ProtoType {
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

/** Connect keeps precision and scale in an option of the field. */
function decimalOf(field: protobuf.Field): ProtoType {
  const text = JSON.stringify(field.parsedOptions ?? field.options ?? {});
  const option = (name: string): number | undefined => {
    const found = new RegExp(`"key":"${name}","value":"(\\d+)"`).exec(text);
    return found === null ? undefined : Number(found[1]);
  };
  return { kind: 'decimal', precision: option('precision') ?? 64, scale: option('scale') ?? 0 };
}
