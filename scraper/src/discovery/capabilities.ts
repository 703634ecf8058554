import { z } from 'zod';
import { check } from '../config/check';
import type { TlsMode } from '../config/targets';
import { createTarget } from '../target';
import type { Target } from '../target';

/** The part of a gateway's /getNetworkCapabilities that names orchestrators; several URIs may share one address. */
const answerSchema = z.object({ orchestrators: z.array(z.unknown()).nullish() });
const orchestratorSchema = z.object({
  address: z.string().min(1),
  local_address: z.string().optional(),
  orch_uri: z.string().max(500).refine(isHttp),
});
type Orchestrator = z.infer<typeof orchestratorSchema>;

function isHttp(uri: string): boolean {
  return URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);
}

export interface CapabilitiesOptions {
  readonly tls: TlsMode;
  readonly leaderboardUrl?: string;
}

/**
 * Orchestrators that the network announces: discovered, so only their public addresses are reached. Anybody can announce
 * anything, so an entry that cannot be used is left out, not the whole list.
 */
export function targetsFromCapabilities(
  answer: unknown,
  origin: string,
  options: CapabilitiesOptions,
): { readonly targets: Target[]; readonly leftOut: number } {
  const entries = check(answerSchema, answer, origin).orchestrators ?? [];
  const usable = entries.flatMap((entry) => orchestratorSchema.safeParse(entry).data ?? []);
  const byUri = new Map(usable.map((it) => [withoutLogin(it.orch_uri), it]));
  const targets = [...byUri].map(([uri, it]) =>
    createTarget(
      { id: uri, role: 'orchestrator', url: uri, orchestrator: addressOf(it), tls: options.tls },
      'discovered',
    ),
  );
  return { targets: [...targets, ...leaderboard(usable, options)], leftOut: entries.length - usable.length };
}

/** Traces name orchestrators by their local address. */
const addressOf = (it: Orchestrator): string => (it.local_address || it.address).toLowerCase();

/** Somebody else's URI does not decide what is sent as a login. */
function withoutLogin(uri: string): string {
  const url = new URL(uri);
  if (url.username === '' && url.password === '') return uri;
  url.username = '';
  url.password = '';
  return url.toString();
}

function leaderboard(
  orchestrators: readonly Orchestrator[],
  { leaderboardUrl }: CapabilitiesOptions,
): Target[] {
  if (leaderboardUrl === undefined) return [];
  return [...new Set(orchestrators.map(addressOf))].map((orchestrator) =>
    createTarget(
      { id: `leaderboard-${orchestrator}`, role: 'leaderboard', url: leaderboardUrl, orchestrator },
      'configured',
    ),
  );
}
