import { createHash } from 'node:crypto';
import type { TrafficRecord } from '../../lab/traffic';

/** An event with one thing wrong in it. */
export interface BadEvent {
  readonly key: Buffer;
  readonly value: Buffer;
}

type Json = Record<string, unknown>;

/** What a field may hold in place of what belongs there; undefined: the field is absent. */
const WRONG_VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1.5,
  1e21,
  '',
  ' ',
  'soon',
  [],
  [1],
  {},
  { a: 1 },
];

/** Objects are gone into this deep. */
const DEPTH = 3;

/** Every field of one event of each family, with each wrong value in its place. `id` stays, so that each can be told apart. */
export function wrongFields(records: readonly TrafficRecord[]): BadEvent[] {
  return [...firstOfEachFamily(records).values()].flatMap((event) =>
    fieldsOf(event, DEPTH)
      .filter((path) => path.join('.') !== 'id')
      .flatMap((path) => WRONG_VALUES.map((wrong) => withWrongField(event, path, wrong))),
  );
}

function withWrongField(event: Json, path: readonly string[], wrong: unknown): BadEvent {
  const id = idOf(event, path, wrong);
  const copy = { ...structuredClone(event), id };
  const parent = path.slice(0, -1).reduce<Json>((inner, name) => inner[name] as Json, copy);
  parent[path.at(-1)!] = wrong;
  return { key: Buffer.from(id), value: Buffer.from(JSON.stringify(copy)) };
}

/** The same for the same mistake, so that a failing run can be repeated. */
function idOf(event: Json, path: readonly string[], wrong: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([event.type, path, typeof wrong, wrong]))
    .digest('hex')
    .slice(0, 32);
}

function firstOfEachFamily(records: readonly TrafficRecord[]): Map<string, Json> {
  const families = new Map<string, Json>();
  for (const { value } of records) {
    const event = parsed(value.toString());
    const family = event?.type;
    if (event && typeof family === 'string' && family !== '' && !families.has(family))
      families.set(family, event);
  }
  return families;
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown, depth: number): string[][] {
  if (!isObject(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...fieldsOf(inner, depth - 1).map((path) => [name, ...path]),
  ]);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const OBJECT_WITHOUT_TYPE = '{"id":"no-type","timestamp":"1700000000000","data":{}}';

/** Values that are no envelope at all, and why they are refused. */
export const NO_ENVELOPES: readonly (readonly [name: string, value: Buffer, reason: string])[] = [
  ['plain text', Buffer.from('no json at all'), 'not_json'],
  ['nothing', Buffer.from(''), 'not_json'],
  ['an envelope cut short', Buffer.from('{"id":"cut-short","type":"stream_trace","da'), 'not_json'],
  ['another syntax', Buffer.from("{'id': 'single-quotes'}"), 'not_json'],
  ['bytes that are no text', Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x01]), 'not_json'],
  ['an array', Buffer.from('[{"id":"in-an-array","type":"stream_trace"}]'), 'not_an_object'],
  ['a text', Buffer.from('"a text"'), 'not_an_object'],
  ['a number', Buffer.from('42'), 'not_an_object'],
  ['JSON null', Buffer.from('null'), 'not_an_object'],
  ['an empty object', Buffer.from('{}'), 'missing_type'],
  ['an object without a type', Buffer.from(OBJECT_WITHOUT_TYPE), 'missing_type'],
];
