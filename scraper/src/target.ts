import type { TargetConfig } from './config';
import type { TargetClass } from './address-policy';

/** One node that is polled; each kind of its role has a loop of its own. */
export interface Target {
  readonly id: string;
  readonly role: TargetConfig['role'];
  readonly url: string;
  /** Lower-case address of the orchestrator, or the target's id: the key of its events. */
  readonly orchestratorId: string;
  readonly region: string;
  readonly targetClass: TargetClass;
  readonly pinSha256?: string;
}

export function createTarget(config: TargetConfig, targetClass: TargetClass): Target {
  return {
    id: config.id,
    role: config.role,
    url: config.url,
    orchestratorId: (config.orchestrator ?? config.id).toLowerCase(),
    region: config.region ?? 'unknown',
    targetClass,
    pinSha256: config.pin_sha256,
  };
}

/** Two declarations are the same target when nothing that a poll uses differs. */
export function sameTarget(a: Target, b: Target): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
