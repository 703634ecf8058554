import { z } from 'zod';

/** What stands around a pod: its volume, its network, and how many of it may go at once. */
const labels = z.record(z.string(), z.string());
const head = {
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string().min(1), namespace: z.string().min(1) }),
};

export const volumeClaim = z.object({
  ...head,
  spec: z.object({
    accessModes: z.array(z.string()).min(1),
    resources: z.object({ requests: z.object({ storage: z.string().min(1) }) }),
  }),
});

const port = z.object({ port: z.union([z.int(), z.string()]), protocol: z.enum(['TCP', 'UDP', 'SCTP']) });
const rule = z.object({ ports: z.array(port).optional() });
export const networkPolicy = z.object({
  ...head,
  spec: z.object({
    podSelector: z.object({ matchLabels: labels }),
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
    ingress: z.array(rule),
    egress: z.array(rule),
  }),
});

export const disruptionBudget = z.object({
  ...head,
  spec: z.object({ maxUnavailable: z.int().min(1), selector: z.object({ matchLabels: labels }) }),
});
