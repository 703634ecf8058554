import type { Role, TargetConfig, TlsMode } from './config/targets';
import type { TargetClass } from './http/address-policy';

/** One node that is polled; each kind of its role has a loop of its own. */
export interface Target {
  readonly id: string;
  readonly role: Role;
  readonly url: string;
  /** Lower-case address of the orchestrator, or the target's id: the key of its events. */
  readonly orchestratorId: string;
  readonly region: string;
  readonly targetClass: TargetClass;
  readonly tls: TlsMode;
  readonly pinSha256?: string;
}

export function createTarget(
  config: Omit<TargetConfig, 'tls'> & { readonly tls?: TlsMode },
  targetClass: TargetClass,
): Target {
  return {
    id: config.id,
    role: config.role,
    url: config.url,
    orchestratorId: (config.orchestrator ?? config.id).toLowerCase(),
    region: config.region ?? 'unknown',
    targetClass,
    tls: config.tls ?? 'verify',
    pinSha256: config.pin_sha256,
  };
}

/** A kind's path with what it says of the target. */
export function pathOf(target: Target, path: string): string {
  const values = { orchestrator: target.orchestratorId, region: target.region };
  return path.replace(/\{(orchestrator|region)\}/g, (_, name: keyof typeof values) =>
    encodeURIComponent(values[name]),
  );
}

/** The URL that an event may show: credentials in it stay inside. */
export function endpointOf(target: Target, path: string): string {
  const url = new URL(pathOf(target, path), target.url);
  url.username = '';
  url.password = '';
  return url.toString();
}

/** What the limit on requests to one host counts by. */
export function hostOf(target: Target): string {
  return new URL(target.url).hostname;
}

/** Two declarations are the same target when nothing that a poll uses differs. */
export function sameTarget(a: Target, b: Target): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
