import type { PropertyChange } from './change';
import type { Json } from './declared';

type Properties = Readonly<Record<string, Json | undefined>>;

/**
 * Differences of the declared keys; what is live and not declared is somebody else's or a default, never a difference.
 * `prefix` stands before each path.
 */
export function compareDeclared(desired: Properties, live: Properties, prefix = ''): PropertyChange[] {
  const keys = Object.keys(desired).filter((key) => desired[key] !== undefined);
  return keys.sort().flatMap((key) => {
    if (sameJson(desired[key], live[key])) return [];
    return [{ path: `${prefix}${key}`, before: live[key], after: desired[key] }];
  });
}

/** Like {@link compareDeclared}, and what is live but not declared is to go. */
export function compareExactly(desired: Properties, live: Properties, prefix = ''): PropertyChange[] {
  const gone = Object.keys(live).filter((key) => live[key] !== undefined && desired[key] === undefined);
  const removals = gone.sort().map((key) => ({ path: `${prefix}${key}`, before: live[key] }));
  return [...compareDeclared(desired, live, prefix), ...removals];
}

/** Whether two values say the same; the order of an object's keys does not matter. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** JSON text with the keys of every object in order. */
export function canonicalJson(value: Json | undefined): string {
  return JSON.stringify(sortKeys(value)) ?? 'undefined';
}

function sortKeys(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => sortKeys(item)!);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Record<string, Json>).sort(([a], [b]) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
