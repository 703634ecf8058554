import type { Command } from 'commander';
import { Option } from 'commander';
import { ksqlServerSettings, loadEndpoints, readSettings, runningContext } from '../lab';
import { propertiesText } from '../lab/platform/properties';
import { withExamples } from './help';

type Format = 'properties' | 'shell' | 'json';

export function registerEnv(program: Command): void {
  const command = program
    .command('env')
    .description('Where the platform answers and who may log in, for another program.')
    .addOption(
      new Option(
        '--format <format>',
        'properties: a ksql-server.properties for a stock server; shell: variables; json: every endpoint',
      )
        .choices(['properties', 'shell', 'json'])
        .default('properties'),
    )
    .action(env);
  withExamples(command, ['./naap env > ksql-server.properties', 'eval "$(./naap env --format shell)"']);
}

function env(options: { readonly format: Format }): void {
  console.log(environmentText(options.format).trimEnd());
}

function environmentText(format: Format): string {
  const settings = readSettings();
  const endpoints = loadEndpoints(settings.runDir);
  switch (format) {
    case 'properties':
      return propertiesText(ksqlServerSettings(runningContext(settings)));
    case 'json':
      return JSON.stringify(endpoints, null, 2);
    case 'shell':
      return shellText({
        NAAP_KAFKA_BOOTSTRAP: endpoints.kafka.bootstrap.join(','),
        NAAP_KAFKA_ADMIN: endpoints.kafka.admin.username,
        NAAP_KAFKA_ADMIN_PASSWORD_FILE: endpoints.kafka.admin.passwordFile,
        NAAP_INGEST_BOOTSTRAP: endpoints.kafka.ingest.bootstrap.join(','),
        NAAP_INGEST_CA_FILE: endpoints.kafka.ingest.caFile,
        NAAP_REGISTRY_URL: endpoints.registry.url,
        NAAP_CONNECT_URL: Object.values(endpoints.connect)[0]?.url ?? '',
        NAAP_KSQLDB_URL: endpoints.ksqldb.url,
        NAAP_S3_ENDPOINT: endpoints.minio.endpoint,
        NAAP_S3_USER: endpoints.minio.admin.username,
        NAAP_S3_PASSWORD_FILE: endpoints.minio.admin.passwordFile,
      });
  }
}

function shellText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
    .join('\n');
}
