import { z } from 'zod';
import { check, checkUnique } from './check';

export const ROLES = [
  'orchestrator',
  'orchestrator_cli',
  'gateway',
  'runner',
  'dcgm',
  'leaderboard',
] as const;
export type Role = (typeof ROLES)[number];

/** SHA-256 of a certificate, hex, colons allowed. */
export const pin = z
  .string()
  .regex(
    /^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
    'expected a SHA-256 fingerprint: 64 hex digits, colons allowed',
  );

/** `verify`: as browsers do; `first_seen`: any certificate, and a failure `tls` when it changes. */
export const tlsMode = z.enum(['verify', 'first_seen']);
export type TlsMode = z.infer<typeof tlsMode>;

const httpUrl = z.url({ protocol: /^https?$/, error: 'expected a URL that begins with http:// or https://' });

const target = z.strictObject({
  /** Unique among the targets. */
  id: z.string().min(1).max(500),
  role: z.enum(ROLES),
  /** May carry user and password: they are sent as basic authorization and shown nowhere. */
  url: httpUrl,
  /** Address of the orchestrator that the target belongs to; the target's id where there is none. */
  orchestrator: z.string().min(1).optional(),
  region: z.string().optional(),
  /** Of a self-signed certificate. */
  pin_sha256: pin.optional(),
  tls: tlsMode.default('verify'),
});
export type TargetConfig = z.infer<typeof target>;

/** Checks a list of targets from any source; ids must be unique. An empty file is an empty list. */
export function parseTargets(value: unknown, origin: string): TargetConfig[] {
  const list = Array.isArray(value)
    ? value
    : ((value as { targets?: unknown } | null)?.targets ?? value ?? []);
  const targets = check(z.array(target), list, origin);
  checkUnique(
    targets.map(({ id }) => id),
    'target id',
    origin,
  );
  return targets;
}
