import { readStack, stackVariables } from './realise';
import { loadEndpoints } from './platform/state';
import type { LabSettings } from './settings';

/** Stack of the lab: what it leaves to the machine comes from the running platform. */
const LAB_STACK = 'dev';

/**
 * Configuration and data files of `stack`. What its file leaves to variables comes from the environment of this process, and for the
 * lab's own stack from the platform that runs here. Throws when a variable is not set or no platform runs.
 */
export function openStack(settings: LabSettings, stack: string): ReturnType<typeof readStack> {
  const own = stack === LAB_STACK ? stackVariables(loadEndpoints(settings.runDir), settings.runDir) : {};
  return readStack({ root: settings.root, stack, variables: { ...own, ...settings.env } });
}
