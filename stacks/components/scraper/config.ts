import type { Environment } from '../../environment-schema';
import { currentUser } from '../../identities';
import { PRINCIPAL, TELEMETRY_TOPIC } from '../../names';
import type { ScraperSettings } from '../../scraper-schema';

/** Where things lie in the pod. */
export const MOUNT = {
  config: '/etc/naap',
  targets: '/etc/naap/targets',
  secrets: '/run/secrets/naap',
  buffer: '/var/lib/naap-scraper',
} as const;
export const STATUS_PORT = 9100;
/** What the scraper takes at most to send what it holds when it is stopped. */
export const STOP_SECONDS = 30;

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
/** The store's files take up to about twice what lies in it. */
const BUFFER_SHARE = 0.45;

/** `scraper.yaml` as `scraper/README.md` describes it. */
export function scraperConfig(environment: Environment, scraper: ScraperSettings): Record<string, unknown> {
  const { kafka, registry } = environment;
  return {
    scraper_id: `${environment.name}-${scraper.namespace}`,
    kafka: {
      brokers: kafka.bootstrap,
      username: currentUser(environment, PRINCIPAL.scraper),
      password_file: `${MOUNT.secrets}/password`,
      ...(kafka.tls ? { ca_file: `${MOUNT.secrets}/ca.pem` } : {}),
      topic: TELEMETRY_TOPIC.scrape,
    },
    registry: {
      url: registry.url,
      ...(registry.credentials
        ? { username: registry.credentials.username, password_file: `${MOUNT.secrets}/registry-password` }
        : {}),
    },
    buffer: { folder: MOUNT.buffer, max_bytes: Math.floor(bytesOf(scraper.buffer.size) * BUFFER_SHARE) },
    listen: { host: '0.0.0.0', port: STATUS_PORT },
    allowed_cidrs: scraper.allowedCidrs,
    sources: scraper.sources,
    stop_ms: STOP_SECONDS * 1_000,
  };
}

function bytesOf(size: string): number {
  return parseFloat(size) * (UNITS[size.replace(/^[\d.]+/, '')] ?? 1);
}
