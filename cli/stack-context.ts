import { existsSync } from 'node:fs';
import path from 'node:path';
import { readPlainUsers, readSettings, stackVariables } from '../lab';
import type { LabSettings } from '../lab';
import { readStack } from '../lab/realise';
import { collect } from '../lab/realise/collect';
import type { CollectOptions, Replication } from '../lab/realise/collect';
import { readState } from '../lab/platform/state';
import { loadEndpoints } from '../lab/platform/state';
import type { AllowedCalls } from '../operate/access/allowed-calls';
import { openAccess } from '../operate/access/access';
import type { Access } from '../operate/access/access';
import type { DeclaredResource } from '../resources/declared';
import type { PlatformEndpoints } from '../resources/endpoints';
import { readSecretReference } from '../resources/secret';
import type { Declaration } from '../stacks/declaration';
import type { Environment } from '../stacks/environment';
import type { Variables } from '../stacks/references';
import { UsageError } from './exit-codes';

/** One stack as commands see it: what it declares, and where. */
export interface StackContext {
  readonly stack: string;
  readonly root: string;
  readonly environment: Environment;
  readonly declaration: Declaration;
  readonly resources: readonly DeclaredResource[];
  /** Connects with nothing more than the calls that are allowed. */
  readonly open: (allow: AllowedCalls) => Access;
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
  if (!existsSync(path.join(root, `Pulumi.${stack}.yaml`)))
    throw new UsageError(`--stack is "${stack}", and there is no Pulumi.${stack}.yaml`);
  const lab = labEndpoints(settings);
  const source: CollectOptions = {
    root,
    stack,
    variables: { ...unknownVariables(options), ...labVariables(settings, lab), ...given() },
    replication: lab && labReplication(settings, stack),
  };
  const { environment, declaration } = readStack(source);
  const resources = await collect(source);
  const plainUsers = isLab(environment, lab)
    ? { read: () => Promise.resolve(readPlainUsers(settings.runDir)) }
    : undefined;
  const open = (allow: AllowedCalls): Access =>
    openAccess({ environment, allow, readSecret: readSecretReference, plainUsers });
  return { stack, root, environment, declaration, resources, open };
}

function labEndpoints({ runDir }: LabSettings): PlatformEndpoints | undefined {
  try {
    return loadEndpoints(runDir);
  } catch {
    return undefined;
  }
}

function labVariables({ runDir }: LabSettings, lab: PlatformEndpoints | undefined): Variables {
  return lab ? stackVariables(lab, runDir) : {};
}

/** The dev stack is declared for one broker; a lab of three shows what production does. */
function labReplication({ runDir }: LabSettings, stack: string): Replication | undefined {
  const brokers = readState(runDir)?.brokers ?? 1;
  if (stack !== 'dev' || brokers === 1) return undefined;
  return { replicationFactor: brokers, minInsyncReplicas: brokers - 1 };
}

function given(): Variables {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('NAAP_')));
}

/** Stand for endpoints that nobody will contact. */
function unknownVariables({ offline }: StackContextOptions): Variables {
  if (!offline) return {};
  return {
    NAAP_SECRETS_DIR: '/nowhere',
    NAAP_KAFKA_BOOTSTRAP: 'nowhere.invalid:9092',
    NAAP_PLAIN_USERS_FILE: '/nowhere/plain-users',
    NAAP_REGISTRY_URL: 'http://nowhere.invalid',
    NAAP_REGISTRY_NATIVE_URL: 'http://nowhere.invalid',
    NAAP_CONNECT_CRITICAL_URL: 'http://nowhere.invalid',
    NAAP_CONNECT_CURATED_URL: 'http://nowhere.invalid',
    NAAP_KSQLDB_URL: 'http://nowhere.invalid',
    NAAP_LAKE_ENDPOINT: 'http://nowhere.invalid',
    NAAP_LAKE_REGION: 'nowhere',
    NAAP_LAKE_CATALOG_URI: 'jdbc:nowhere',
  };
}

function isLab({ kafka }: Environment, lab: PlatformEndpoints | undefined): boolean {
  return lab !== undefined && lab.kafka.bootstrap.join() === kafka.bootstrap.join();
}
