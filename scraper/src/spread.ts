import type { Kind } from './config/kinds';

/** FNV-1a, 32 bits, finished as MurmurHash3 does: names that differ in one letter lie far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Milliseconds into the period at which a target is polled: spread over targets, the same after each start. */
export function startOffset(target: string, { name, period_ms }: Pick<Kind, 'name' | 'period_ms'>): number {
  return Math.floor((hash(`${name} ${target}`) / 2 ** 32) * period_ms);
}
