import type { KindName } from '../../resources/kind';

/** What happened to the resources of one kind. */
export interface KindReport {
  readonly kind: KindName;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly durationMs: number;
  /** A sentence for each change that was made. */
  readonly changes: readonly string[];
}

/** What a realisation did; a second one right after it reports no change. */
export interface RealiseReport {
  readonly stack: string;
  readonly kinds: readonly KindReport[];
  /** Kinds that the caller left out. */
  readonly skipped: readonly KindName[];
  readonly durationMs: number;
}

/** How far a kind is. */
export interface RealiseProgress {
  readonly kind: KindName;
  readonly state: 'waiting' | 'reading' | 'applying' | 'done' | 'failed';
  /** One line for people. */
  readonly text: string;
}

/** Names every kind that failed or was refused, and why; what did not depend on them was made. */
export class RealiseError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'RealiseError';
  }
}

/** Number of changes in all kinds. */
export function changeCount({ kinds }: RealiseReport): number {
  return kinds.reduce((sum, { created, changed }) => sum + created + changed, 0);
}
