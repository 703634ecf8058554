/** A value that JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Resource options that decide how a change may be made. */
export interface DeclaredOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
}

/** Where a resource stands in the program: what an import must say of it besides its id. */
export interface DeclaredOrigin {
  /** The component that made it. */
  readonly parent?: { readonly type: string; readonly name: string };
  /** Name of its explicit provider. */
  readonly provider?: string;
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
  /** What stands above it in the program, where that is known. */
  readonly origin?: DeclaredOrigin;
}
