import type { PolicySettings } from './rule';

const DAY_MS = 86_400_000;

/** Three copies, two of them in step: the loss of one broker loses and stops nothing. */
const STRICT: PolicySettings = {
  minReplicationFactor: 3,
  minInsyncReplicas: 2,
  maxRetentionMs: 366 * DAY_MS,
  minConnectWorkers: 3,
  requireAlerts: true,
};
/** One broker on one machine. */
const DEV: PolicySettings = {
  ...STRICT,
  minReplicationFactor: 1,
  minInsyncReplicas: 1,
  minConnectWorkers: 1,
  requireAlerts: false,
};

/** What is demanded of an environment. Whatever is not known as small is held to everything. */
export function policySettings(environment: string): PolicySettings {
  return environment === 'dev' ? DEV : STRICT;
}
