/** So long the partitions of a worker that died wait for it, ms: Kafka's own 45 s would be added to the age of the lake. */
export const SESSION_MS = 15_000;
