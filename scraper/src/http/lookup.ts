import { lookup as dnsLookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import pLimit from 'p-limit';

/** Every address of a name, as the system's resolver says (hosts file and search domains included). */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** The system's resolver blocks a thread of a pool that the disk needs too: slow names may not take all of them. */
const LOOKUPS_AT_ONCE = 8;

/** Resolves names; who asks for a name that is being looked up shares the answer. Nothing is kept beyond that. */
export function createResolver(): Resolve {
  const limit = pLimit(LOOKUPS_AT_ONCE);
  const underWay = new Map<string, Promise<LookupAddress[]>>();
  return (host) => {
    const known = underWay.get(host);
    if (known) return known;
    const asked = limit(() => lookupAll(host)).finally(() => underWay.delete(host));
    underWay.set(host, asked);
    return asked;
  };
}

function lookupAll(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    dnsLookup(host, { all: true, order: 'verbatim' }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    );
  });
}
