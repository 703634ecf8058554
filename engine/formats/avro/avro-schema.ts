import type { SchemaText } from '../../runtime/contracts';
import { SerdeError } from '../contracts';

/** An Avro schema with its names resolved; recursive records hold themselves. Avro 1.11 specification, "Schema Declaration". */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'float' | 'double' | 'string' }
  | { readonly kind: 'int'; readonly logical?: 'date' | 'time-millis' }
  | { readonly kind: 'long'; readonly logical?: 'timestamp-millis' }
  | { readonly kind: 'bytes'; readonly decimal?: AvroDecimal }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number; readonly decimal?: AvroDecimal }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType; readonly isMap: boolean }
  | { readonly kind: 'map'; readonly values: AvroType }
  | AvroRecord
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] };

export interface AvroDecimal {
  readonly precision: number;
  readonly scale: number;
}
export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  /** As JSON; absent: none. */
  readonly default?: unknown;
}
export interface AvroRecord {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: readonly AvroField[];
}

type Json = Readonly<Record<string, unknown>>;
const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

/** Types by full name; those of other schemas are read when they are first named. */
class Names {
  private readonly known = new Map<string, AvroType>();
  private readonly unread = new Map<string, string>();

  constructor(references: SchemaText['references'] = []) {
    for (const { name, text } of references) if (text !== undefined) this.unread.set(name, text);
  }

  set(name: string, type: AvroType): void {
    this.known.set(name, type);
  }

  get(name: string): AvroType | undefined {
    const text = this.unread.get(name);
    if (text !== undefined && !this.known.has(name)) {
      this.unread.delete(name);
      parseType(jsonOf(text), '', this);
    }
    return this.known.get(name);
  }
}

/** A schema, with those that it refers to by name. Throws SerdeError where the text is no Avro schema. */
export function parseAvroSchema({ text, references }: Pick<SchemaText, 'text' | 'references'>): AvroType {
  return parseType(jsonOf(text), '', new Names(references));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A registry may hold a primitive schema as its bare name.
    if (PRIMITIVES.has(text.trim())) return text.trim();
    throw new SerdeError(`invalid Avro schema: ${(cause as Error).message}`, { cause });
  }
}

function parseType(json: unknown, namespace: string, names: Names): AvroType {
  if (typeof json === 'string') return parseName(json, namespace, names);
  if (Array.isArray(json))
    return { kind: 'union', branches: json.map((branch) => parseType(branch, namespace, names)) };
  if (typeof json !== 'object' || json === null)
    throw new SerdeError(`invalid Avro schema: ${JSON.stringify(json)}`);
  return parseComplex(json as Json, namespace, names);
}

function parseName(name: string, namespace: string, names: Names): AvroType {
  if (PRIMITIVES.has(name)) return { kind: name } as AvroType;
  const known = names.get(qualified(name, namespace)) ?? names.get(name);
  if (known === undefined) throw new SerdeError(`invalid Avro schema: unknown type '${name}'`);
  return known;
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function parseComplex(json: Json, namespace: string, names: Names): AvroType {
  switch (json['type']) {
    case 'record':
    case 'error':
      return parseRecord(json, namespace, names);
    case 'enum':
      return named(json, namespace, names, (name) => ({
        kind: 'enum',
        name,
        symbols: json['symbols'] as string[],
      }));
    case 'fixed':
      return named(json, namespace, names, (name) => ({
        kind: 'fixed',
        name,
        size: json['size'] as number,
        decimal: decimalOf(json),
      }));
    case 'array':
      return parseArray(json, namespace, names);
    case 'map':
      return { kind: 'map', values: parseType(json['values'], namespace, names) };
    case 'int':
      return { kind: 'int', logical: logicalOf(json, ['date', 'time-millis']) };
    case 'long':
      return { kind: 'long', logical: logicalOf(json, ['timestamp-millis']) };
    case 'bytes':
      return { kind: 'bytes', decimal: decimalOf(json) };
    default:
      return parseType(json['type'], namespace, names);
  }
}

function parseArray(json: Json, namespace: string, names: Names): AvroType {
  const items = parseType(json['items'], namespace, names);
  return { kind: 'array', items, isMap: isMapEntry(items, json['items']) };
}

/** Connect writes maps whose keys may be NULL as arrays of records with a key and a value. */
function isMapEntry(items: AvroType, json: unknown): boolean {
  if (items.kind !== 'record' || items.fields.length !== 2) return false;
  const marked =
    (json as Json | null)?.['connect.internal.type'] === 'MapEntry' || items.name.endsWith('MapEntry');
  return marked || (items.fields[0]!.name === 'key' && items.fields[1]!.name === 'value');
}

function logicalOf<L extends string>(json: Json, known: readonly L[]): L | undefined {
  return known.find((logical) => logical === json['logicalType']);
}

function decimalOf(json: Json): AvroDecimal | undefined {
  if (json['logicalType'] !== 'decimal') return undefined;
  return { precision: Number(json['precision'] ?? 64), scale: Number(json['scale'] ?? 0) };
}

function named(json: Json, namespace: string, names: Names, make: (name: string) => AvroType): AvroType {
  const name = fullName(json, namespace);
  const type = make(name);
  names.set(name, type);
  return type;
}

function fullName(json: Json, namespace: string): string {
  const name = String(json['name']);
  return name.includes('.') ? name : qualified(name, (json['namespace'] as string | undefined) ?? namespace);
}

function parseRecord(json: Json, namespace: string, names: Names): AvroRecord {
  const name = fullName(json, namespace);
  const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
  const fields: AvroField[] = [];
  const record: AvroRecord = { kind: 'record', name, fields };
  names.set(name, record);
  for (const field of json['fields'] as Json[]) {
    const type = parseType(field['type'], inner, names);
    fields.push(
      'default' in field
        ? { name: String(field['name']), type, default: field['default'] }
        : { name: String(field['name']), type },
    );
  }
  return record;
}

/** The branch that is not null of a union of null and one more; the type itself when it is no union. */
export function nonNull(type: AvroType): AvroType | undefined {
  if (type.kind !== 'union') return type;
  const branches = type.branches.filter((branch) => branch.kind !== 'null');
  return branches.length === 1 ? branches[0] : undefined;
}

/** What a union's branch is called where a union becomes a STRUCT: its type, or the short name of a named type. */
export function branchName(type: AvroType): string {
  return 'name' in type ? type.name.slice(type.name.lastIndexOf('.') + 1) : type.kind;
}
