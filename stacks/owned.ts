import { z } from 'zod';

const prefixes = z.array(z.string());

/**
 * What an environment calls its own, by how names begin (`""`: all). What lies there and is not declared is reported; what
 * lies elsewhere belongs to others and is not looked at.
 */
export const ownedSchema = z
  .strictObject({
    /** Also decides which subjects are owned: `<topic>-key`, `<topic>-value`. */
    topics: prefixes.default(['telemetry.', 'dlq.', 'control.', 'bronze.', 'silver.', 'gold.', 'alerts.']),
    /** Users of Kafka, whose entries and limits are owned with them. */
    principals: prefixes.default(['']),
    connectors: prefixes.default(['']),
    /** Streams, tables and their queries, in upper case. */
    queries: prefixes.default(['']),
    /** Buckets of the object store, and its users. */
    buckets: prefixes.default(['lake']),
    bucketUsers: prefixes.default(['lake']),
    /** Principals that others keep: never reported. The administrator is always one. */
    foreignPrincipals: z.array(z.string()).default([]),
  })
  .prefault({});

/** Whether `name` lies under one of `owned`. */
export function isOwned(name: string, owned: readonly string[]): boolean {
  return owned.some((prefix) => name.startsWith(prefix));
}
