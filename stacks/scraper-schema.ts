import { z } from 'zod';

const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi|Ti)?$/, 'expected a quantity of Kubernetes, like 250m or 2Gi');
const CRON_FIELD = String.raw`[0-9*,/A-Za-z-]+`;

/** How the scraper runs: all the time, or one poll of every target at each moment of a schedule. */
const run = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('deployment') }),
  z.strictObject({
    as: z.literal('cronjob'),
    schedule: z.string().regex(new RegExp(`^${Array(5).fill(CRON_FIELD).join(' +')}$`), 'expected five fields of cron, like "*/5 * * * *"'), // prettier-ignore
  }),
]);

/** The scraper in Kubernetes. */
export const scraperSchema = z.strictObject({
  image: z
    .string()
    .regex(/@sha256:[0-9a-f]{64}$|:[A-Za-z0-9_.-]+$/, 'expected an image with a tag or a digest'),
  namespace: z.string().min(1),
  replicas: z.int().min(1).max(1, 'expected 1: two scrapers would poll everything twice'),
  run: run.default({ as: 'deployment' }),
  /** Name of the Kubernetes secret with the keys `password`, `ca.pem` (brokers with TLS), `registry-password` (registry with a login). */
  passwordSecret: z.string().min(1),
  /** Where the targets come from; the scraper's own form (`scraper/README.md`). */
  sources: z.array(z.record(z.string(), z.unknown())).min(1),
  /** Networks that configured targets lie in; `public` is all public addresses. */
  allowedCidrs: z.array(z.string()).default([]),
  /** The volume that events wait on while the brokers are away. */
  buffer: z.strictObject({ size: quantity, storageClass: z.string().optional() }).default({ size: '1Gi' }),
  resources: z
    .strictObject({ cpu: quantity, memory: quantity, memoryLimit: quantity })
    .default({ cpu: '250m', memory: '192Mi', memoryLimit: '512Mi' }),
  /** The namespace that may read its metrics; nobody where nothing stands. */
  monitoringNamespace: z.string().min(1).optional(),
});
export type ScraperSettings = z.infer<typeof scraperSchema>;
