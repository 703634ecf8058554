import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlatformEndpoints } from '../resources/endpoints';
import type { Variables } from '../stacks/references';
import { readStack, stackVariables } from './realise';
import type { CollectOptions, Replication } from './realise/collect';
import { loadEndpoints, readState } from './platform/state';
import type { LabSettings } from './settings';

/** Stack of the lab: what it leaves to the machine comes from the running platform. */
const LAB_STACK = 'dev';

export interface StackSourceOptions {
  /** Folder that holds the data files; the checkout by default. */
  readonly root?: string;
  /** Nobody is contacted: endpoints that belong to a machine may stay unknown. */
  readonly offline?: boolean;
}

/**
 * What the program of `stack` is run with: what its configuration leaves to the machine comes from environment variables, else from
 * the lab's platform when one is up.
 */
export function stackSource(
  settings: LabSettings,
  stack: string,
  { root = settings.root, offline = false }: StackSourceOptions = {},
): CollectOptions {
  const lab = labEndpoints(settings);
  const unknown = offline ? unknownVariables(path.join(root, `Pulumi.${stack}.yaml`)) : {};
  const own = lab ? stackVariables(lab, settings.runDir) : {};
  return {
    root,
    stack,
    variables: { ...unknown, ...own, ...given(settings) },
    replication: lab && labReplication(settings, stack),
  };
}

/**
 * Configuration and data files of `stack`. Throws when a variable is not set, and for the lab's own stack when no platform runs.
 */
export function openStack(settings: LabSettings, stack: string): ReturnType<typeof readStack> {
  if (stack === LAB_STACK) loadEndpoints(settings.runDir);
  return readStack(stackSource(settings, stack));
}

/** Where the lab's platform answers; undefined when none is up. */
export function labEndpoints({ runDir }: LabSettings): PlatformEndpoints | undefined {
  try {
    return loadEndpoints(runDir);
  } catch {
    return undefined;
  }
}

/** The dev stack is declared for one broker; a lab of three shows what production does. */
function labReplication({ runDir }: LabSettings, stack: string): Replication | undefined {
  const brokers = readState(runDir)?.brokers ?? 1;
  if (stack !== LAB_STACK || brokers === 1) return undefined;
  return { replicationFactor: brokers, minInsyncReplicas: brokers - 1 };
}

function given({ env }: LabSettings): Variables {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('NAAP_')));
}

/** Variables that a configuration names, with values of the right form that stand for endpoints nobody will contact. */
function unknownVariables(file: string): Variables {
  const names = readFileSync(file, 'utf8').match(/(?<=\benv:)[A-Za-z_][A-Za-z0-9_]*/g) ?? [];
  return Object.fromEntries(names.map((name) => [name, placeholder(name)]));
}

function placeholder(name: string): string {
  if (/_(DIR|FILE)$/.test(name)) return '/nowhere';
  if (/_BOOTSTRAP$/.test(name)) return 'nowhere.invalid:9092';
  if (/_URI$/.test(name)) return 'jdbc:nowhere';
  return /_(URL|ENDPOINT)$/.test(name) ? 'http://nowhere.invalid' : 'nowhere';
}
