import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

/** A user that logs in with SCRAM. */
export interface ScramUser {
  readonly username: string;
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly iterations: number;
  /** Reference of the password. */
  readonly password: string;
}

/** What brokers tell of a user: never the password, so whether it is the declared one is tried by logging in. */
export interface LiveScramUser {
  /** Iterations by mechanism. */
  readonly iterations: Readonly<Record<string, number>>;
  /** Undefined: not tried. */
  readonly passwordLogsIn?: boolean;
}

const inputs = z.object({
  username: z.string(),
  password: z.string(),
  scramMechanism: z.enum(['SCRAM-SHA-256', 'SCRAM-SHA-512']),
  scramIterations: z.int().min(4096).default(4096),
});

export function parseScramUser(resource: DeclaredResource): ScramUser {
  const { username, password, scramMechanism, scramIterations } = parseInputs(resource, inputs);
  return { username, password, mechanism: scramMechanism, iterations: scramIterations };
}
