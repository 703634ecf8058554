import type * as grpc from '@grpc/grpc-js';
import { hideSecrets } from './hide-secrets';
import * as rpc from './rpc';
import type { Decoded } from './wire';

type Answer<T> = grpc.sendUnaryData<T>;
type Call<T> = { readonly request: T };

/** The decoded parts of a request, and which properties are secret. */
export interface Sealed {
  readonly names: readonly string[];
  readonly all: readonly Record<string, unknown>[];
}

/** Of a request that carries no secret. */
export const nothing = (): Sealed => ({ names: [], all: [] });

/** Puts the parts of a request together with what is secret in them: what came so, and what of a type always is. */
export function sealing(alwaysSecret: (token: string) => readonly string[]) {
  return (token: string, ...parts: readonly Decoded[]): Sealed => {
    const names = [...new Set([...alwaysSecret(token), ...parts.flatMap(({ secrets }) => secrets)])];
    return { names, all: parts.map(({ value }) => value) };
  };
}

/** Runs `work`; whatever it throws is answered with the secrets of the request taken out of its text. */
export function answering<Q, A>(
  requestSecrets: (request: Q) => Sealed,
  work: (request: Q, sealed: Sealed) => Promise<A> | A,
) {
  return ({ request }: Call<Q>, answer: Answer<A>): void => {
    let sealed = nothing();
    Promise.resolve()
      .then(() => (sealed = requestSecrets(request)))
      .then(() => work(request, sealed))
      .then(
        (value) => answer(null, value),
        (error: unknown) => {
          const text = hideSecrets((error as Error).message, sealed.all, sealed.names);
          answer(rpc.rpcError(error, text, sealed.names));
        },
      );
  };
}
