import { z } from 'zod';
import { createTarget } from '../target';
import type { Target } from '../target';

/** The part of a gateway's /getNetworkCapabilities that names orchestrators; several URIs may share one address. */
const answerSchema = z.object({
  orchestrators: z
    .array(z.object({ address: z.string(), local_address: z.string().optional(), orch_uri: z.string() }))
    .nullable(),
});

const isHttp = (uri: string): boolean => URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);

/** Orchestrators that the network announces: discovered, so only their public addresses are reached. */
export function targetsFromCapabilities(answer: unknown): Target[] {
  const { orchestrators } = answerSchema.parse(answer);
  const byUri = new Map((orchestrators ?? []).filter((o) => isHttp(o.orch_uri)).map((o) => [o.orch_uri, o]));
  return [...byUri.values()].map((o) =>
    createTarget(
      { id: o.orch_uri, role: 'orchestrator', url: o.orch_uri, orchestrator: o.local_address ?? o.address },
      'discovered',
    ),
  );
}
