import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LaunchSpec } from '../process/supervisor';
import { readPassword, writePrivateFile } from '../secrets';
import { httpStatus } from './http';
import { minioCredentials, runLayout } from './layout';
import type { PlatformContext, PlatformPart } from './part';

export const minioPart: PlatformPart = {
  name: 'minio',
  title: 'Object store (MinIO)',
  installs: ['minio'],
  needs: [],
  ports: ({ settings }) => [settings.ports.minio],
  prepare: (context) => Promise.resolve(launch(context)),
  isReady: async ({ settings }) =>
    (await httpStatus(`${minioEndpoint(settings.ports.minio)}/minio/health/ready`)) === 200,
};

export function minioEndpoint(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function launch(context: PlatformContext): LaunchSpec {
  const { settings } = context;
  const layout = runLayout(settings.runDir);
  const { program, part, source } = context.installed('minio');
  const data = path.join(layout.data, 'minio');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return {
    name: 'minio',
    command: program!,
    args: ['server', '--quiet', '--address', `127.0.0.1:${settings.ports.minio}`, data],
    env: {
      // A file, so that the password is not in the process's environment.
      MINIO_CONFIG_ENV_FILE: writeCredentialsFile(settings.runDir),
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
      MINIO_CALLHOME_ENABLE: 'off',
    },
    version: source === 'cache' ? part.version : `from ${source}`,
    port: settings.ports.minio,
  };
}

function writeCredentialsFile(runDir: string): string {
  const admin = minioCredentials(runDir);
  const file = path.join(runLayout(runDir).secrets, 'minio.env');
  writePrivateFile(file, `MINIO_ROOT_USER=${admin.username}\nMINIO_ROOT_PASSWORD=${readPassword(admin)}\n`);
  return file;
}
