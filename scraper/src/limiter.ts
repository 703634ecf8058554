import pLimit from 'p-limit';
import type { TargetClass } from './http/address-policy';

export interface Limits {
  /** Requests under way in all. */
  readonly total: number;
  readonly perHost: number;
  /** Of them, to discovered targets: who announces many slow nodes does not hold up the operator's own. */
  readonly discovered: number;
}
export type Limiter = <T>(host: string, targetClass: TargetClass, work: () => Promise<T>) => Promise<T>;

/** Bounds the requests under way: in all, to one host, and to discovered targets. */
export function createLimiter({ total, perHost, discovered }: Limits): Limiter {
  const all = pLimit(total);
  const foreign = pLimit(discovered);
  const hosts = new Map<string, pLimit.Limit>();
  return async (host, targetClass, work) => {
    const limit = hosts.get(host) ?? pLimit(perHost);
    hosts.set(host, limit);
    try {
      return await limit(() => (targetClass === 'discovered' ? foreign(() => all(work)) : all(work)));
    } finally {
      if (limit.activeCount === 0 && limit.pendingCount === 0) hosts.delete(host);
    }
  };
}
