import { existsSync } from 'node:fs';
import path from 'node:path';
import { labEndpoints, readPlainUsers, readSettings, stackSource } from '../lab';
import type { LabSettings } from '../lab';
import { collectFrom, readStack } from '../lab/realise/collect';
import type { AllowedCalls } from '../operate/access/allowed-calls';
import { openAccess } from '../operate/access/access';
import type { Access } from '../operate/access/access';
import type { Looker } from '../operate/access/logins';
import type { DeclaredResource } from '../resources/declared';
import type { PlatformEndpoints } from '../resources/endpoints';
import { readSecretReference } from '../resources/secret';
import type { Declaration } from '../stacks/declaration';
import type { Environment } from '../stacks/environment';
import { UsageError } from './exit-codes';

/** One stack as commands see it: what it declares, and where. */
export interface StackContext {
  readonly stack: string;
  readonly root: string;
  readonly environment: Environment;
  readonly declaration: Declaration;
  readonly resources: readonly DeclaredResource[];
  /** Settings of the lab, where the stack is the one that runs there. */
  readonly lab?: LabSettings;
  /** Connects with nothing more than the calls that are allowed. */
  readonly open: (allow: AllowedCalls, as?: Looker) => Access;
}

export interface StackContextOptions {
  /** Folder that holds the data files; the checkout by default. */
  readonly root?: string;
  /** Nobody is contacted: endpoints that belong to a machine may stay unknown. */
  readonly offline?: boolean;
}

/**
 * Runs the program of a stack. What its configuration leaves to the machine comes from environment variables, else from the
 * lab's platform when one is up.
 */
export async function stackContext(stack: string, options: StackContextOptions = {}): Promise<StackContext> {
  const settings = readSettings();
  const root = options.root ?? settings.root;
  const file = path.join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) throw new UsageError(`--stack is "${stack}", and there is no Pulumi.${stack}.yaml`);
  const source = stackSource(settings, stack, options);
  const input = readStack(source);
  const { environment, declaration } = input;
  const lab = labEndpoints(settings);
  const resources = await collectFrom(input);
  const plainUsers = isLab(environment, lab)
    ? { read: () => Promise.resolve(readPlainUsers(settings.runDir)) }
    : undefined;
  const open = (allow: AllowedCalls, as?: Looker): Access =>
    openAccess({ environment, allow, as, readSecret: readSecretReference, plainUsers });
  return {
    stack,
    root,
    environment,
    declaration,
    resources,
    lab: isLab(environment, lab) ? settings : undefined,
    open,
  };
}

function isLab({ kafka }: Environment, lab: PlatformEndpoints | undefined): boolean {
  return lab !== undefined && lab.kafka.bootstrap.join() === kafka.bootstrap.join();
}
