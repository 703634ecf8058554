import type { z } from 'zod';
import type { ResourceKind } from '../kind';
import type { Endpoints } from './endpoints';
import type { Properties } from './wire';

/** How one Pulumi type stands on its kind in `resources/`: the kind compares and applies, this says what Pulumi sees of it. */
export interface ManagedType<D = unknown, L = unknown> {
  /** E.g. `naap:registry:Subject`. */
  readonly token: string;
  /** Form of the inputs; its defaults become inputs, so that a refresh sees when one of them was changed. */
  readonly form: z.ZodObject;
  /** Properties that are always secret. */
  readonly secrets: readonly string[];
  /** Inputs whose difference the kind alone judges, as another wording may mean the same. */
  readonly judged: readonly string[];
  /** Properties that make it another object: a change of one replaces it, for the reason given. */
  readonly identity: Readonly<Record<string, string>>;
  /** What cannot exist twice goes before its successor comes. */
  readonly deleteBeforeReplace: boolean;
  /** What is already there may be taken over: only when it is as declared, or also when it can be changed into it. */
  readonly adopts: 'same' | 'changeable';
  /** Name by which it is found again: also what `pulumi import` takes. */
  readonly id: (inputs: Properties) => string;
  /** What `check` finds wrong beyond the form, as sentences. */
  readonly problems?: (inputs: Properties) => readonly string[];
  readonly kind: (inputs: Properties) => ResourceKind<D, L>;
  /** Inputs that were true when they were written down, as something live: what `diff` compares with, asking nobody. */
  readonly remembered: (inputs: Properties) => L;
  /** The inputs as the server has them now. What means the same keeps its wording. */
  readonly observed: (inputs: Properties, desired: D, live: L) => Properties;
  /** What only the server knows. */
  readonly outputs: (live: L) => Properties;
  /** Input that a property of a comparison belongs to; by default the first part of its path. */
  readonly inputOf?: (path: string) => string;
  /** Work asked for by an input that no comparison sees, e.g. offsets. `before` is undefined at creation. */
  readonly request?: (before: Properties | undefined, after: Properties) => Promise<void>;
  /** Takes it away. Throws when something that stays needs it. */
  readonly remove: (inputs: Properties, desired: D) => Promise<void>;
  /** Inputs enough to read `id`, from what the explicit provider was given. Several where it may be in several places. */
  readonly importInputs: (id: string, endpoints: Endpoints) => readonly Properties[];
}

/** Hides the types of a managed type behind a common one; what it makes only ever comes back to it. */
export function anyType<D, L>(type: ManagedType<D, L>): ManagedType {
  return type as unknown as ManagedType;
}
