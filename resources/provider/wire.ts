import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { JavaScriptValue } from 'google-protobuf/google/protobuf/struct_pb';
import type { Json } from '../declared';

/** Properties of a resource, as Pulumi carries them. */
export type Properties = Readonly<Record<string, Json | undefined>>;

/** Key and value by which Pulumi's wire format marks a secret (its documented special signature). */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
/** What stands for a value that is only known once something else was made. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Properties without their secret marks, and which of them carried one. */
export interface Decoded {
  readonly value: Record<string, unknown>;
  /** Top-level names: a secret anywhere in a property makes all of it secret. */
  readonly secrets: string[];
}

/** Takes the secret marks out of serialised properties. */
export function unwrapSecrets(inputs: Readonly<Record<string, unknown>>): Decoded {
  const secrets: string[] = [];
  const entries = Object.entries(inputs).map(([key, wrapped]) => {
    const state = { found: false };
    const value = unwrap(wrapped, state);
    if (state.found) secrets.push(key);
    return [key, value] as const;
  });
  return { value: Object.fromEntries(entries), secrets };
}

function unwrap(value: unknown, state: { found: boolean }): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrap(item, state));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[SIGNATURE] === SECRET) {
    state.found = true;
    return unwrap(record.value, state);
  }
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, unwrap(item, state)]));
}

/** The properties of a message, without marks. An absent message has none. */
export function decode(struct: Struct | undefined): Decoded {
  return unwrapSecrets(struct?.toJavaScript() ?? {});
}

/** A message of `properties`, those named in `secrets` marked so that Pulumi encrypts them in its state. */
export function encode(properties: Properties, secrets: Iterable<string>): Struct {
  const hidden = new Set(secrets);
  const entries = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, hidden.has(key) ? { [SIGNATURE]: SECRET, value } : value]);
  return Struct.fromJavaScript(Object.fromEntries(entries) as Record<string, JavaScriptValue>);
}

/** Whether a value, or anything in it, is not known yet. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(isUnknown);
}

/** Every text in `value`: what must not appear in a message when the property is secret. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
