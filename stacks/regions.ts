import { isIPv4, isIPv6 } from 'node:net';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DeclaredVariables } from './sql-variables';

const schema = z.record(
  z.string().regex(/^[A-Za-z0-9._-]+$/, 'expected a name of letters, digits, ".", "_" and "-"'),
  z
    .object({
      networks: z.array(
        z.string().refine(isNetwork, 'expected a network such as 192.0.2.0/24 or 2001:db8::/32'),
      ),
      hosts: z.array(z.string().regex(/^[A-Za-z0-9._-]+$/, 'expected a host name')),
    })
    .partial()
    .strict(),
);

/**
 * `ksql/regions.yaml` as the variable `region`: a lambda from a place, which is `4:` or `6:` and the bits of an address or `host:<name>$`,
 * to the region of its longest declared prefix, else `unknown`.
 * @throws Error with every problem and its path; also when two regions claim the same network or host
 */
export function regionVariable(text: string, file: string): DeclaredVariables {
  const result = schema.safeParse(parse(text) ?? {});
  if (!result.success) {
    const lines = result.error.issues.map(
      ({ path, message }) => `${file}: ${path.join('.') || '(top)'}: ${message}`,
    );
    throw new Error(lines.join('\n'));
  }
  const regions = new Map<string, string>();
  for (const [region, { networks = [], hosts = [] }] of Object.entries(result.data)) {
    for (const [declared, place] of [
      ...networks.map((network) => [network, placeOfNetwork(network)] as const),
      ...hosts.map((host) => [host, `host:${host.toLowerCase()}$`] as const),
    ]) {
      const other = regions.get(place);
      if (other !== undefined) throw new Error(`${file}: ${region}: ${declared} is already in ${other}`);
      regions.set(place, region);
    }
  }
  return {
    region: { description: `Lambda from a place to its region, from ${file}.`, default: lambda(regions) },
  };
}

function lambda(regions: ReadonlyMap<string, string>): string {
  const longestFirst = [...regions].sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1));
  // An array cannot be empty; nothing begins with a blank.
  const entries = [...longestFirst.map(([place, region]) => `${place}|${region}`), ' |unknown'];
  const list = entries.map((entry) => `'${entry}'`).join(', ');
  return `p => COALESCE(SPLIT(FILTER(ARRAY[${list}], r => INSTR(p, SPLIT(r, '|')[1]) = 1)[1], '|')[2], 'unknown')`;
}

function isNetwork(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
}

/** `4:` or `6:` and the network's bits; bits of the host are left out. */
function placeOfNetwork(text: string): string {
  const [address = '', length] = text.split('/');
  const family = isIPv4(address) ? 4 : 6;
  const bits = family === 4 ? bitsOf(address.split('.').map(Number), 8) : bitsOf(groupsOf(address), 16);
  return `${family}:${bits.slice(0, Number(length))}`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [left = '', right] = canonical(address).split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  const [head, tail] = [groups(left), groups(right ?? '')];
  return right === undefined
    ? head
    : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** As Node writes an address: without IPv4 in its last groups. */
function canonical(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function bitsOf(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}
