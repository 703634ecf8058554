/** A value that JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Resource options that decide how a change may be made. */
export interface DeclaredOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
}

/** One resource of the declaration with every input resolved. Secrets are references (`file:/path`, `env:NAME`). */
export interface DeclaredResource {
  /** Pulumi's type token, e.g. `kafka:index/topic:Topic`. */
  readonly type: string;
  /** Name within its type. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, Json | undefined>>;
  /** Inputs that are secret: their values are never shown. */
  readonly secrets: readonly string[];
  readonly options: DeclaredOptions;
}
