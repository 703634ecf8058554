import type { SchemaText } from '../../runtime/contracts';
import type { SqlType } from '../../types/sql-type';
import { SerdeError } from '../contracts';

type Json = Readonly<Record<string, unknown>>;

/** A JSON schema in the document that its `#/…` references point into, and the schemas around it. */
interface Place {
  readonly root: unknown;
  readonly documents: ReadonlyMap<string, unknown>;
  readonly within: readonly Json[];
  readonly keepCase: boolean;
}

const CONNECT = 'org.apache.kafka.connect.data';

/** SQL type of a registered JSON schema as Connect's JsonSchemaData sees it; `undefined`: SQL has none. */
export function sqlTypeOfJsonSchema(
  { text, references = [] }: Pick<SchemaText, 'text' | 'references'>,
  keepCase: boolean,
): SqlType | undefined {
  const documents = new Map(references.map(({ name, text: referred }) => [name, parsed(referred ?? '{}')]));
  const root = parsed(text);
  return typeOf(root, { root, documents, within: [], keepCase });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SerdeError(`invalid JSON schema: ${(cause as Error).message}`, { cause });
  }
}

function typeOf(schema: unknown, outer: Place): SqlType | undefined {
  const { node, place } = resolved(schema, outer);
  if (node === undefined) return undefined;
  if (place.within.includes(node)) throw new SerdeError('the JSON schema holds itself');
  const inside = { ...place, within: [...place.within, node] };
  const branches = node['oneOf'] ?? node['anyOf'];
  if (Array.isArray(branches)) return unionType(branches as Json[], inside);
  if (Array.isArray(node['allOf'])) return mergedType(node['allOf'] as Json[], inside);
  return logicalType(node) ?? plainType(node, inside);
}

/** Follows `$ref`: into the same document, or by name into one that the schema refers to. */
function resolved(schema: unknown, place: Place): { readonly node: Json | undefined; readonly place: Place } {
  if (typeof schema !== 'object' || schema === null) return { node: undefined, place };
  const reference = (schema as Json)['$ref'];
  if (typeof reference !== 'string') return { node: schema as Json, place };
  const [file = '', pointer = ''] = reference.split('#');
  const root = file === '' ? place.root : documentNamed(file, place);
  const target = pointer
    .split('/')
    .filter((part) => part !== '')
    .reduce<unknown>((node, part) => (node as Json | undefined)?.[unescaped(part)], root);
  if (target === schema) throw new SerdeError('the JSON schema refers to itself');
  return resolved(target, { ...place, root });
}

function documentNamed(file: string, { documents }: Place): unknown {
  const found =
    documents.get(file) ??
    documents.get(file.replace(/^.*\//, '')) ??
    [...documents.values()].find((document) => (document as Json)['$id'] === file);
  if (found === undefined) throw new SerdeError(`the JSON schema refers to ${file}, which is not registered`);
  return found;
}

function unescaped(part: string): string {
  return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
}

/** One type besides null is that type; several become a STRUCT of one field each, of which one is set. */
function unionType(branches: readonly Json[], place: Place): SqlType | undefined {
  const others = branches.filter((branch) => branch['type'] !== 'null');
  if (others.length === 1) return typeOf(others[0], place);
  const fields = others.flatMap((branch, index) => {
    const type = typeOf(branch, place);
    return type === undefined ? [] : [{ name: named(`connect_union_field_${index}`, place), type }];
  });
  return fields.length > 0 ? { kind: 'STRUCT', fields } : undefined;
}

function named(name: string, { keepCase }: Place): string {
  return keepCase ? name : name.toUpperCase();
}

/** allOf: the fields of all parts together, else the first part that has a type. */
function mergedType(parts: readonly Json[], place: Place): SqlType | undefined {
  const types = parts.flatMap((part) => typeOf(part, place) ?? []);
  const fields = types.flatMap((type) => (type.kind === 'STRUCT' ? type.fields : []));
  const distinct = new Map(fields.map((field) => [field.name, field]));
  return distinct.size > 0 ? { kind: 'STRUCT', fields: [...distinct.values()] } : types[0];
}

function logicalType(node: Json): SqlType | undefined {
  switch (node['title']) {
    case `${CONNECT}.Date`:
      return { kind: 'DATE' };
    case `${CONNECT}.Time`:
      return { kind: 'TIME' };
    case `${CONNECT}.Timestamp`:
      return { kind: 'TIMESTAMP' };
    case `${CONNECT}.Decimal`: {
      const parameters = (node['connect.parameters'] ?? {}) as Json;
      return {
        kind: 'DECIMAL',
        precision: Number(parameters['connect.decimal.precision'] ?? 64),
        scale: Number(parameters['scale'] ?? 0),
      };
    }
    default:
      return undefined;
  }
}

const SMALL_INTEGERS: ReadonlySet<unknown> = new Set(['int8', 'int16', 'int32']);

function plainType(node: Json, place: Place): SqlType | undefined {
  const { type } = node;
  if (Array.isArray(type))
    return unionType(
      (type as string[]).map((one) => ({ ...node, type: one })),
      place,
    );
  switch (type ?? impliedType(node)) {
    case 'boolean':
      return { kind: 'BOOLEAN' };
    case 'integer':
      return { kind: SMALL_INTEGERS.has(node['connect.type']) ? 'INTEGER' : 'BIGINT' };
    case 'number':
      return { kind: 'DOUBLE' };
    case 'string':
      return { kind: node['connect.type'] === 'bytes' ? 'BYTES' : 'STRING' };
    case 'array':
      return arrayType(node, place);
    case 'object':
      return objectType(node, place);
    default:
      return undefined;
  }
}

/** A schema without `type` is what its other words are about. */
function impliedType(node: Json): string | undefined {
  if ('enum' in node || 'const' in node) return 'string';
  if ('properties' in node) return 'object';
  return 'items' in node ? 'array' : undefined;
}

function arrayType(node: Json, place: Place): SqlType | undefined {
  const element = typeOf(node['items'], place);
  if (element === undefined) return undefined;
  if (node['connect.type'] !== 'map' || element.kind !== 'STRUCT') return { kind: 'ARRAY', element };
  const part = (name: string): SqlType | undefined =>
    element.fields.find((field) => field.name.toLowerCase() === name)?.type;
  const [key, value] = [part('key'), part('value')];
  return key && value && { kind: 'MAP', key, value };
}

/** Only what Connect marked as a map is one; any other object has the fields that it names. */
function objectType(node: Json, place: Place): SqlType | undefined {
  const { properties, additionalProperties } = node;
  if (node['connect.type'] === 'map') {
    const value = typeOf(additionalProperties, place);
    return value && { kind: 'MAP', key: { kind: 'STRING' }, value };
  }
  const fields = Object.entries((properties ?? {}) as Record<string, Json>)
    .sort(([, a], [, b]) => Number(a['connect.index'] ?? 0) - Number(b['connect.index'] ?? 0))
    .flatMap(([name, property]) => {
      const type = typeOf(property, place);
      return type === undefined ? [] : [{ name: named(name, place), type }];
    });
  return { kind: 'STRUCT', fields };
}
