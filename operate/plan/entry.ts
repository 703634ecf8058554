import type { KindName } from '../../resources/kind';

/** What applying the declaration would do to one resource. */
export const PLAN_ACTIONS = [
  'refused',
  'delete',
  'replace',
  'side by side',
  'in place',
  'create',
  'unchanged',
] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

export interface PlanEntry {
  readonly kind: KindName;
  readonly name: string;
  readonly action: PlanAction;
  /** A sentence; empty for what stays as it is. */
  readonly reason: string;
  /** For what is refused: what to do instead. */
  readonly remedy?: string;
  /** Who was asked: `broker`, `registry`, `Connect`, `ksqlDB`, `front end`. */
  readonly asked: readonly string[];
}

/** What the queries of the declaration need of the servers. */
export interface PlanCost {
  readonly persistentQueries: number;
  readonly internalTopics: number;
  readonly internalPartitions: number;
  /** Bytes in the changelogs as they are; absent when nobody was asked. */
  readonly stateBytes?: number;
}

/** What a new query will read before it has caught up. */
export interface Reread {
  readonly query: string;
  readonly topics: readonly { readonly topic: string; readonly records: number; readonly bytes: number }[];
  /** What it will not find any more, and where that still lies. */
  readonly warnings: readonly string[];
}

export interface Plan {
  readonly stack: string;
  /** Against what: the live systems, or a commit. */
  readonly against: string;
  readonly entries: readonly PlanEntry[];
  readonly cost: PlanCost;
  readonly rereads: readonly Reread[];
  /** What could not be asked, and why. */
  readonly notChecked: readonly string[];
  /** What the workers say of sinks that could be chosen in place of those that are. */
  readonly sinkVariants?: readonly string[];
  readonly durationMs: number;
}

/** Whether applying would change something, or cannot be done. */
export function hasChanges({ entries }: Pick<Plan, 'entries'>): boolean {
  return entries.some(({ action }) => action !== 'unchanged');
}
