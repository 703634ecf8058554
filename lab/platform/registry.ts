import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LaunchSpec } from '../process/supervisor';
import { fastStartFlags } from './java';
import { httpStatus, sendJson } from './http';
import { runLayout } from './layout';
import type { PlatformContext, PlatformPart } from './part';

const HEAP = ['-Xms64m', '-Xmx256m'];

export const registryPart: PlatformPart = {
  name: 'registry',
  title: 'Schema registry',
  installs: ['apicurio-registry'],
  needs: [],
  ports: ({ settings }) => [settings.ports.registry],
  prepare: (context) => Promise.resolve(launch(context)),
  isReady: async ({ settings }) =>
    (await httpStatus(`${confluentUrl(settings.ports.registry)}/subjects`)) === 200,
  // A fresh registry checks nothing.
  afterStart: ({ settings }) =>
    sendJson('PUT', `${confluentUrl(settings.ports.registry)}/config`, { compatibility: 'BACKWARD' }),
};

/** Root of the Confluent-compatible API. */
export function confluentUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`;
}

/** Root of Apicurio's own API, which its converter speaks. */
export function nativeUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/registry/v2`;
}

function launch(context: PlatformContext): LaunchSpec {
  const { settings } = context;
  const { folder, part } = context.installed('apicurio-registry');
  const data = path.join(runLayout(settings.runDir).data, 'registry');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const jar = path.join(folder, part.check);
  const options = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': settings.ports.registry,
    // By default H2 writes half a second after the commit: a schema registered just before a crash would be gone.
    'quarkus.datasource.jdbc.url': `jdbc:h2:file:${path.join(data, 'schemas')};WRITE_DELAY=0`,
  };
  const system = Object.entries(options).map(([key, value]) => `-D${key}=${value}`);
  return {
    name: 'registry',
    command: 'java',
    args: [...HEAP, ...fastStartFlags(settings, 'registry', folder), ...system, '-jar', jar],
    version: part.version,
    port: settings.ports.registry,
  };
}
