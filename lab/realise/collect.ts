import path from 'node:path';
import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import { parse } from 'yaml';
import type { DeclaredOptions, DeclaredOrigin, DeclaredResource, Json } from '../../resources/declared';
import { readDeclaration } from '../../stacks/declaration';
import type { Declaration } from '../../stacks/declaration';
import { readEnvironment } from '../../stacks/environment';
import type { Environment } from '../../stacks/environment';
import type { Variables } from '../../stacks/references';
import { secretReferences } from '../../stacks/secrets';
import { declareStack } from '../../stacks/stack';
import { unwrapSecrets } from '../../resources/provider/wire';

const PROJECT = 'naap';
const STACK_TYPE = 'pulumi:pulumi:Stack';

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
export function collect(options: CollectOptions): Promise<readonly DeclaredResource[]> {
  const run = queue.then(() => collectNow(options));
  queue = run.catch(() => undefined);
  return run;
}

async function collectNow(options: CollectOptions): Promise<readonly DeclaredResource[]> {
  const { environment, declaration } = readStack(options);
  return runUnderMocks(options.stack, () =>
    declareStack({ environment, declaration, secrets: secretReferences }),
  );
}

/** What the program of `stack` is a function of: its configuration and the data files. Nothing is contacted. */
export function readStack({ root, stack, variables, replication }: CollectOptions): {
  readonly environment: Environment;
  readonly declaration: Declaration;
} {
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

/** Runs `program` under mocks and returns what it registered. */
export async function runUnderMocks(
  stack: string,
  program: () => void,
): Promise<readonly DeclaredResource[]> {
  const collected: DeclaredResource[] = [];
  const options = new Map<string, Told>();
  await pulumi.runtime.setMocks(
    {
      call: ({ token }) => {
        throw new Error(`the program calls provider function "${token}": nothing answers it here`);
      },
      newResource: ({ type, name, inputs, id }) => {
        if (type !== STACK_TYPE)
          collected.push(resourceOf(type, name, inputs as Record<string, unknown>, options));
        return { id: id ?? name, state: inputs as Record<string, unknown> };
      },
    },
    PROJECT,
    stack,
  );
  await runProgram(program, options);
  return collected.filter(({ type }) => !type.startsWith('naap:stack:'));
}

/** What a transformation sees of a resource and a mock does not. */
interface Told {
  readonly options: DeclaredOptions;
  readonly origin?: DeclaredOrigin;
}

/**
 * An error is carried around the runtime, which would otherwise end the process for it.
 * The runtime keeps a stack for each of its thousands of promises, for a debugger that is not there: a third of the time, so that
 * none is taken meanwhile.
 */
async function runProgram(program: () => void, told: Map<string, Told>): Promise<void> {
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    await runWithin(program, told);
  } finally {
    Error.stackTraceLimit = depth;
  }
}

async function runWithin(program: () => void, told: Map<string, Told>): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await pulumi.runtime.runInPulumiStack(() => {
    const made = new Map<pulumi.Resource, { readonly type: string; readonly name: string }>();
    pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
      made.set(resource, { type, name });
      const { parent, provider } = opts as pulumi.CustomResourceOptions;
      const origin = { parent: parent && made.get(parent), provider: provider && made.get(provider)?.name };
      told.set(optionsKey(type, name), { options: optionsOf(opts), origin });
      return undefined;
    });
    try {
      program();
    } catch (error) {
      failure = { error };
    }
    return Promise.resolve(undefined);
  });
  await pulumi.runtime.disconnect();
  if (failure) throw failure.error;
}

function resourceOf(
  type: string,
  name: string,
  wrapped: Record<string, unknown>,
  told: ReadonlyMap<string, Told>,
): DeclaredResource {
  const { value, secrets } = unwrapSecrets(wrapped);
  const found = told.get(optionsKey(type, name)) ?? { options: optionsOf({}) };
  return { type, name, inputs: value as Record<string, Json>, secrets, ...found };
}

function optionsOf({
  protect,
  retainOnDelete,
  deleteBeforeReplace,
}: pulumi.CustomResourceOptions): DeclaredOptions {
  return {
    protect: protect === true,
    retainOnDelete: retainOnDelete === true,
    deleteBeforeReplace: deleteBeforeReplace === true,
  };
}

function optionsKey(type: string, name: string): string {
  return `${type}::${name}`;
}
