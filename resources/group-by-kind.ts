import type { DeclaredResource } from './declared';
import type { ResourceKind } from './kind';

/** Providers say how to reach a system; nothing is made for them. */
const PROVIDER = /^pulumi:providers:/;

/**
 * The declared resources of each kind, in the order given.
 * @throws Error that names every type that no kind knows: a resource is never left out
 */
export function groupByKind(
  resources: readonly DeclaredResource[],
  kinds: readonly ResourceKind[],
): ReadonlyMap<ResourceKind, readonly DeclaredResource[]> {
  const byType = new Map(kinds.flatMap((kind) => kind.types.map((type) => [type, kind] as const)));
  const groups = new Map<ResourceKind, DeclaredResource[]>(kinds.map((kind) => [kind, []]));
  const unknown: DeclaredResource[] = [];
  for (const resource of resources.filter(({ type }) => !PROVIDER.test(type))) {
    const kind = byType.get(resource.type);
    if (kind) groups.get(kind)!.push(resource);
    else unknown.push(resource);
  }
  if (unknown.length > 0) throw new Error(unknown.map(unknownType).join('\n'));
  return groups;
}

function unknownType({ type, name }: DeclaredResource): string {
  return `resource "${name}" is of type "${type}", which is no known kind: add it under resources/, or take it out of stacks/`;
}
