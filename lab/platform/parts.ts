import { connectParts } from './connect';
import { kafkaPart } from './kafka';
import { brokerIds } from './kafka-settings';
import { ksqldbPart } from './ksqldb';
import { minioPart } from './minio';
import type { BrokerCount, PartName, PlatformPart } from './part';
import { registryPart } from './registry';

/** Parts of a platform with that many brokers, in the order in which status shows them. */
export function platformParts(brokers: BrokerCount): PlatformPart[] {
  return [...brokerIds(brokers).map(kafkaPart), registryPart, ...connectParts, minioPart, ksqldbPart];
}

/** What a user may leave out: everything but the brokers, without which nothing runs. `connect` is both of its clusters. */
export const OPTIONAL_PARTS: readonly PartName[] = ['registry', 'connect', 'minio', 'ksqldb'];

/** Checks names given by a user; what was checked before stays as it is. Throws with the wrong one and the choice. */
export function optionalParts(names: readonly string[]): PartName[] {
  const sinks = connectParts.map((part) => part.name);
  const known: readonly PartName[] = [...OPTIONAL_PARTS, ...sinks];
  const found = names.flatMap((name) => (name === 'connect' ? sinks : known.filter((part) => part === name)));
  const unknown = names.find((name) => !known.some((part) => part === name));
  if (unknown === undefined) return [...new Set(found)];
  throw new Error(`unknown part "${unknown}", expected one of: ${OPTIONAL_PARTS.join(', ')}`);
}
