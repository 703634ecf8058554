import * as pulumi from '@pulumi/pulumi';
import type { DeclaredOptions, DeclaredOrigin, DeclaredResource, Json } from '../../resources/declared';
import { unwrapSecrets } from '../../resources/provider/wire';
import { secretReferences } from '../../stacks/secret-source';
import { declareStack } from '../../stacks/stack';
import type { DeclarationInput } from '../../stacks/effective-declaration';

const PROJECT = 'naap';
const STACK_TYPE = 'pulumi:pulumi:Stack';

/** What the program declares for one environment; secrets stay references. */
export function declaredUnderMocks(
  stack: string,
  input: DeclarationInput,
): Promise<readonly DeclaredResource[]> {
  return runUnderMocks(stack, () => declareStack({ ...input, secrets: secretReferences }));
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
