import pLimit from 'p-limit';

/** Bounds the requests under way: in all, and to one host. */
export function createLimiter(total: number, perHost: number) {
  const all = pLimit(total);
  const hosts = new Map<string, pLimit.Limit>();
  return async <T>(host: string, work: () => Promise<T>): Promise<T> => {
    const limit = hosts.get(host) ?? pLimit(perHost);
    hosts.set(host, limit);
    try {
      return await limit(() => all(work));
    } finally {
      if (limit.activeCount === 0 && limit.pendingCount === 0) hosts.delete(host);
    }
  };
}
