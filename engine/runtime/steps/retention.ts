/** Kafka Streams keeps changelogs of windowed stores for a day longer than the stores themselves. */
export const DAY_MS = 86_400_000;
/** Kafka Streams' grace where a join names none. */
export const DEFAULT_JOIN_GRACE_MS = 24 * 3_600_000;
