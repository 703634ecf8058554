import type { KindName } from '../../resources/kind';
import type { SecretReader } from '../../resources/secret';
import type { Versions } from '../../resources/query/versions';
import type { Adopted, AdoptedText } from '../../stacks/adopted';
import type { UndeclaredInput } from '../undeclared';

/** Everything that a proposal is made from. */
export interface AdoptInput extends UndeclaredInput {
  readonly stack: string;
  readonly versions: Versions;
  readonly readSecret: SecretReader;
  /** Whether the project has a file of that path already: it is never written over. */
  readonly exists: (path: string) => boolean;
}

/** One object that is there and that would be declared. */
export interface AdoptedObject {
  readonly kind: KindName;
  /** Its key, as plan and drift name it. */
  readonly name: string;
}

/** What declares it. */
export interface Proposal {
  readonly objects: readonly AdoptedObject[];
  /** New files of the project. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Lines of `naap:adopted`. */
  readonly lines?: Partial<{ readonly [K in keyof Adopted]: AdoptedText[K] }>;
  /** Lines of `naap:gateways`. */
  readonly gateways?: readonly string[];
  /** What somebody has to do, or to know. */
  readonly notes: readonly string[];
}

/** One object that is left as it is. */
export interface NotAdopted extends AdoptedObject {
  readonly reason: string;
  readonly remedy: string;
}

export interface Proposals {
  readonly proposals: readonly Proposal[];
  readonly left: readonly NotAdopted[];
}

export const NONE: Proposals = { proposals: [], left: [] };

/** One proposal, or why there is none. */
export type Outcome = Proposal | NotAdopted;

export function sorted(outcomes: readonly Outcome[]): Proposals {
  return {
    proposals: outcomes.filter((one): one is Proposal => 'objects' in one),
    left: outcomes.filter((one): one is NotAdopted => !('objects' in one)),
  };
}
