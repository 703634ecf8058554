import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** `configured`: named by the operator, may be internal; `discovered`: named by somebody else, public only. */
export type TargetClass = 'configured' | 'discovered';

/** IANA special-purpose ranges that a discovered target may never reach (RFC 6890 and its updates). */
const NOT_PUBLIC = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
  '224.0.0.0/4', '240.0.0.0/4',
  '::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16',
  'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
]; // prettier-ignore

function listOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
    const prefix = bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits);
    if (family === undefined || !Number.isInteger(prefix)) {
      throw new Error(`"${cidr}" is no CIDR range, e.g. 10.1.0.0/16 or fd00::/8`);
    }
    list.addSubnet(address, prefix, family);
  }
  return list;
}

const notPublic = listOf(NOT_PUBLIC);

/** The IPv4 address inside an IPv4-mapped IPv6 one, so that `::ffff:10.0.0.1` is judged as 10.0.0.1. */
function unmapped(address: string): string {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (dotted) return dotted[1]!;
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (!hex) return address;
  const value = parseInt(hex[1]!, 16) * 65_536 + parseInt(hex[2]!, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export interface AddressPolicy {
  /** Why the address may not be reached, or undefined when it may. */
  refusal(address: string, targetClass: TargetClass): string | undefined;
}

/** Judges addresses after DNS, at connect time, so that a name cannot be pointed elsewhere between check and use. */
export function createAddressPolicy(allowedCidrs: readonly string[]): AddressPolicy {
  const allowed = listOf(allowedCidrs);
  const matches = (list: BlockList, address: string): boolean =>
    list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return {
    refusal(raw, targetClass) {
      const address = unmapped(raw.split('%')[0]!);
      if (!isIPv4(address) && !isIPv6(address)) return `"${raw}" is no IP address`;
      if (targetClass === 'configured' && matches(allowed, address)) return undefined;
      if (!matches(notPublic, address)) return undefined;
      return targetClass === 'discovered'
        ? `${address} is not public, and the target was discovered`
        : `${address} is not public and lies in no range of allowed_cidrs`;
    },
  };
}
