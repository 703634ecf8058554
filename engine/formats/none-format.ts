import type { Deserializer, Serializer } from './contracts';

/** NONE: no bytes at all. */
export const noneSerializer: Serializer = { serialize: () => null };
export const noneDeserializer: Deserializer = { deserialize: () => null };
