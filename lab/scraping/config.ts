import path from 'node:path';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { PRINCIPAL } from '../../stacks/names';
import { runLayout } from '../platform/layout';
import { declaredLogin } from '../platform/part-login';
import type { LabSettings } from '../settings';

/** What `scraper/` reads: polls the targets of a file, logs in as the identity that the stack declares. */
export function scraperConfig(
  settings: LabSettings,
  endpoints: PlatformEndpoints,
  targetsFile: string,
): unknown {
  const { data } = runLayout(settings.runDir);
  const { username, passwordFile } = declaredLogin(settings, PRINCIPAL.scraper);
  return {
    scraper_id: 'lab',
    kafka: {
      brokers: endpoints.kafka.bootstrap,
      username,
      password_file: passwordFile,
      ...(endpoints.kafka.caFile === undefined ? {} : { ca_file: endpoints.kafka.caFile }),
    },
    registry: { url: endpoints.registry.url },
    buffer: { folder: path.join(data, 'scraper') },
    listen: { host: '127.0.0.1', port: settings.ports.scraper },
    // Simulated nodes listen on loopback, which is never public: the operator has to allow it.
    allowed_cidrs: ['127.0.0.0/8'],
    // All of them are one host here.
    limits: { per_host: 64 },
    sources: [{ type: 'file', path: targetsFile }],
  };
}
