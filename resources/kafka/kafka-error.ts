const TRANSIENT = new Set([
  'NOT_CONTROLLER',
  'REQUEST_TIMED_OUT',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'LEADER_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'BROKER_NOT_AVAILABLE',
]);
const TRANSIENT_CODES = new Set(['PLT_KFK_NETWORK', 'PLT_KFK_TIMEOUT']);

interface ErrorLike {
  readonly message?: string;
  readonly code?: string;
  readonly apiId?: string;
  readonly serverErrorMessage?: string | null;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

/** The reasons inside a client's error, which nests the broker's answer: each once, in order. */
export function kafkaErrorText(error: unknown): string {
  const texts = leaves(error).map(({ apiId, serverErrorMessage, message }) => {
    const own = serverErrorMessage ?? message ?? 'unknown error';
    return apiId && !own.includes(apiId) ? `${apiId}: ${own}` : own;
  });
  return [...new Set(texts)].join('; ') || String(error);
}

/** Whether trying again can help. */
export function isTransientKafkaError(error: unknown): boolean {
  const all = leaves(error);
  return (
    all.length > 0 &&
    all.every(({ code, apiId }) => TRANSIENT_CODES.has(code ?? '') || TRANSIENT.has(apiId ?? ''))
  );
}

/** Kafka's names of what went wrong, e.g. `TOPIC_ALREADY_EXISTS`. */
export function kafkaErrorNames(error: unknown): string[] {
  return leaves(error).flatMap(({ apiId }) => apiId ?? []);
}

function leaves(error: unknown): ErrorLike[] {
  if (typeof error !== 'object' || error === null) return [{ message: String(error) }];
  const { errors, cause, apiId } = error as ErrorLike;
  if (errors && errors.length > 0) return errors.flatMap(leaves);
  if (cause && !apiId) return leaves(cause);
  return [error];
}
