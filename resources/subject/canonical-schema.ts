import { canonicalJson } from '../compare-properties';
import type { Json } from '../declared';

type JsonObject = { readonly [key: string]: Json | undefined };

const NAMED = new Set(['record', 'error', 'enum', 'fixed']);
const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);

/**
 * An Avro schema in one form for all ways to write it: names with their namespace, primitives bare, keys in order. Every
 * attribute is kept (`doc`, defaults, aliases, logical types), as a change of any of them is a new version.
 * After "Parsing Canonical Form" of the Avro specification, which drops those.
 */
export function canonicalSchema(schema: string): string {
  return canonicalJson(canonicalType(JSON.parse(schema) as Json, ''));
}

/** The canonical form without what does not change how records are read: documentation and Connect's own remarks. */
export function structureOf(schema: string): string {
  return canonicalJson(withoutRemarks(JSON.parse(canonicalSchema(schema)) as Json));
}

function withoutRemarks(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutRemarks);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value as JsonObject).filter(
    ([key]) => key !== 'doc' && !key.startsWith('connect.'),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutRemarks(item!)]));
}

function canonicalType(type: Json, namespace: string): Json {
  if (typeof type === 'string') return PRIMITIVES.has(type) ? type : fullName(type, namespace);
  if (Array.isArray(type)) return (type as readonly Json[]).map((branch) => canonicalType(branch, namespace));
  return canonicalObject(type as JsonObject, namespace);
}

function canonicalObject(type: JsonObject, namespace: string): Json {
  const kind = type.type;
  if (typeof kind === 'string' && NAMED.has(kind)) return namedType(type, namespace);
  if (kind === 'array') return { ...type, items: canonicalType(type.items!, namespace) };
  if (kind === 'map') return { ...type, values: canonicalType(type.values!, namespace) };
  if (Object.keys(type).length === 1 && kind !== undefined) return canonicalType(kind, namespace);
  return kind === undefined ? type : { ...type, type: canonicalType(kind, namespace) };
}

function namedType({ namespace: own, name, fields, ...rest }: JsonObject, outer: string): Json {
  const full = fullName(typeof name === 'string' ? name : '', typeof own === 'string' ? own : outer);
  const inner = full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : '';
  if (!Array.isArray(fields)) return { ...rest, name: full };
  const canonicalFields = (fields as readonly JsonObject[]).map((field) => ({
    ...field,
    type: canonicalType(field.type!, inner),
  }));
  return { ...rest, name: full, fields: canonicalFields };
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}
