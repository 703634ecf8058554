import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** `configured`: named by the operator, may be internal; `discovered`: named by somebody else, public only. */
export type TargetClass = 'configured' | 'discovered';

/** In `allowed_cidrs`: every public address. */
export const PUBLIC = 'public';

/** IANA special-purpose IPv4 ranges (RFC 6890 and its updates), and services of clouds at public addresses. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
  '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32',
]; // prettier-ignore
/** Global unicast is all that is public of IPv6; these lie in it: Teredo and its like, documentation, 6to4. */
const GLOBAL_UNICAST_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** Metadata services hand out credentials: only a range that names nothing else lets a target reach them. */
const METADATA = ['169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254'];

const WIDTH = { ipv4: 32, ipv6: 128 } as const;

interface Range {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

function rangeOf(cidr: string): Range {
  const [address = '', bits, rest] = cidr.split('/');
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  const prefix = bits === undefined ? 128 : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  const width = family && WIDTH[family];
  if (!family || !width || rest !== undefined || prefix < 0 || (bits !== undefined && prefix > width)) {
    throw new Error(`"${cidr}" is no CIDR range: expected one like 10.1.0.0/16 or fd00::/8, or "${PUBLIC}"`);
  }
  return { address, prefix: Math.min(prefix, width), family };
}

/** Throws when it is neither a range nor `public`. */
export function checkCidr(cidr: string): void {
  if (cidr !== PUBLIC) rangeOf(cidr);
}

function listOf(ranges: readonly Range[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefix, family } of ranges) list.addSubnet(address, prefix, family);
  return (address) => list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

const notPublicV4 = listOf(NOT_PUBLIC_V4.map(rangeOf));
const globalUnicastV6 = listOf(GLOBAL_UNICAST_V6.map(rangeOf));
const notPublicV6 = listOf(NOT_PUBLIC_V6.map(rangeOf));
const metadata = listOf(METADATA.map(rangeOf));

/** The eight groups of an IPv6 address, however it is written. */
function groupsOf(address: string): number[] {
  // A URL's host is written in one way only.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((it) => parseInt(it, 16));
  const [first, last] = [parse(head), parse(tail ?? '')];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

const MAPPED = [0, 0, 0, 0, 0, 0xffff];
const NAT64 = [0x64, 0xff9b, 0, 0, 0, 0];

/** The IPv4 address that an IPv6 address stands for: mapped (`::ffff:10.0.0.1`) or behind NAT64 (`64:ff9b::a00:1`). */
function embeddedV4(address: string): string | undefined {
  const groups = groupsOf(address);
  const stands = [MAPPED, NAT64].some((prefix) => prefix.every((group, index) => groups[index] === group));
  return stands
    ? groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]).join('.') // prettier-ignore
    : undefined;
}

export interface AddressPolicy {
  /** Why the address may not be reached, or undefined when it may. */
  refusal(address: string, targetClass: TargetClass): string | undefined;
}

/** Judges addresses after DNS, at connect time, so that a name cannot be pointed elsewhere between check and use. */
export function createAddressPolicy(allowedCidrs: readonly string[]): AddressPolicy {
  const ranges = allowedCidrs.filter((cidr) => cidr !== PUBLIC).map(rangeOf);
  const allowed = listOf(ranges);
  const single = listOf(ranges.filter(({ prefix, family }) => prefix === WIDTH[family]));
  const publicAllowed = allowedCidrs.includes(PUBLIC);
  return {
    refusal(raw, targetClass) {
      const written = raw.split('%')[0]!;
      if (!isIPv4(written) && !isIPv6(written)) return `"${raw}" is no IP address`;
      const address = isIPv6(written) ? (embeddedV4(written) ?? written) : written;
      if (targetClass === 'discovered') {
        return isPublic(address) ? undefined : `${address} is not public, and the target was discovered`;
      }
      if (metadata(address) && !single(address))
        return `${address} is a metadata service: allowed_cidrs would have to name it alone`;
      if (allowed(address) || (publicAllowed && isPublic(address))) return undefined;
      return `${address} lies in no range of allowed_cidrs`;
    },
  };
}

function isPublic(address: string): boolean {
  if (isIPv4(address)) return !notPublicV4(address);
  return globalUnicastV6(address) && !notPublicV6(address);
}
