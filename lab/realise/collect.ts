import path from 'node:path';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DeclaredResource } from '../../resources/declared';
import { readDeclaration } from '../../stacks/declaration';
import type { DeclarationInput } from '../../stacks/effective-declaration';
import { readEnvironment } from '../../stacks/environment';
import type { Variables } from '../../stacks/references';

export interface CollectOptions {
  /** The checkout. */
  readonly root: string;
  /** Name of the stack: `dev`, `staging`, `prod` or any other that has a `Pulumi.<name>.yaml`. */
  readonly stack: string;
  /** What `env:` references stand for. */
  readonly variables: Variables;
  /** Copies of every partition in place of the declared ones: a lab of three brokers shows what production does. */
  readonly replication?: Replication;
}

export interface Replication {
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/** Pulumi's runtime is one a process: runs of the program follow each other. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs the Pulumi program of `stack` under Pulumi's mock monitor and returns every resource it declares, in the order in
 * which Pulumi registers them (each after those it needs), with inputs resolved, secrets as references and the options
 * that a mock does not see. Nothing is contacted.
 * @throws what the program throws: a configuration that does not fit, a file that cannot be read
 */
export async function collect(options: CollectOptions): Promise<readonly DeclaredResource[]> {
  return collectFrom(readStack(options));
}

/** As {@link collect}, of a stack that was read. */
export function collectFrom(input: DeclarationInput): Promise<readonly DeclaredResource[]> {
  const run = queue.then(() => collectNow(input));
  queue = run.catch(() => undefined);
  return run;
}

async function collectNow(input: DeclarationInput): Promise<readonly DeclaredResource[]> {
  // Pulumi's SDK is most of what a command loads: only those that run the program wait for it.
  const { declaredUnderMocks } = await import('./under-mocks.js');
  return declaredUnderMocks(input.environment.name, input);
}

/** What the program of `stack` is a function of: its configuration and the data files. Nothing is contacted. */
export function readStack({ root, stack, variables, replication }: CollectOptions): DeclarationInput {
  const file = `Pulumi.${stack}.yaml`;
  const { config } = parse(readFileSync(path.join(root, file), 'utf8')) as {
    config?: Record<string, unknown>;
  };
  const environment = readEnvironment({
    name: stack,
    file,
    values: withReplication(config ?? {}, replication),
    variables,
  });
  return { environment, declaration: readDeclaration(root) };
}

function withReplication(
  values: Record<string, unknown>,
  replication?: Replication,
): Record<string, unknown> {
  if (!replication) return values;
  return { ...values, 'naap:topics': { ...(values['naap:topics'] as object | undefined), ...replication } };
}
