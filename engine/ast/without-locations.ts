/** A copy of a tree without its `loc`: two texts that mean the same give equal copies. Maps stay maps. */
export function withoutLocations<T>(node: T): T {
  return copy(node) as T;
}

function copy(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(copy);
  if (node instanceof Map)
    return new Map([...(node as Map<unknown, unknown>)].map(([key, value]) => [key, copy(value)]));
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([name]) => name !== 'loc');
  return Object.fromEntries(kept.map(([name, value]) => [name, copy(value)]));
}
