import type { Change } from './change';
import type { DeclaredResource } from './declared';

/** Names of the kinds, as people read them in a plan. */
export type KindName =
  | 'topic'
  | 'scram-user'
  | 'plain-user'
  | 'acl'
  | 'quota'
  | 'subject'
  | 'query'
  | 'connector'
  | 'bucket'
  | 'bucket-user'
  | 'kubernetes';

/**
 * One kind of resource. `parse` and `compare` are pure; `read` and `apply` are the only ones that talk to a server.
 * D: what the declaration says; L: what a server says.
 */
export interface ResourceKind<D = unknown, L = unknown> {
  readonly name: KindName;
  /** Pulumi's type tokens that this kind stands for; several tokens may make one object. */
  readonly types: readonly string[];
  /** The objects that the declared resources of these types describe. Throws when one is not of the kind's form. */
  readonly parse: (resources: readonly DeclaredResource[]) => readonly D[];
  /** Identity: the same for what is declared and for what is live. */
  readonly key: (desired: D) => string;
  /** What is live of the declared objects, by key; what is absent is left out. */
  readonly read: (desired: readonly D[]) => Promise<ReadonlyMap<string, L>>;
  readonly compare: (desired: D, live: L | undefined) => readonly Change<D>[];
  /** Makes the changes, in the order given, and waits until each is true. Throws an {@link ApplyError} for what fails. */
  readonly apply: (changes: readonly Change<D>[]) => Promise<void>;
  /** The sentence for people. */
  readonly describe: (change: Change<D>) => string;
}

/** A change that a server did not make: with the object and the server's own reason. */
export class ApplyError extends Error {
  constructor(kind: KindName, key: string, reason: string, options?: ErrorOptions) {
    super(`${kind} "${key}": ${reason}`, options);
    this.name = 'ApplyError';
  }
}

/** Hides the types of a kind behind a common one; changes only ever come back to the kind that made them. */
export function anyKind<D, L>(kind: ResourceKind<D, L>): ResourceKind {
  return kind as unknown as ResourceKind;
}
