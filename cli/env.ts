import type { Command } from 'commander';
import { Option } from 'commander';
import { ksqlServerSettings, loadEndpoints, readSettings, runningContext, stackVariables } from '../lab';
import { propertiesText } from '../lab/platform/properties';
import type { PlatformEndpoints } from '../resources/endpoints';
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
      return shellText({ ...stackVariables(endpoints, settings.runDir), ...accessVariables(endpoints) });
  }
}

/** What the stack does not ask for and another program needs. */
function accessVariables({ kafka, minio }: PlatformEndpoints): Record<string, string> {
  return {
    NAAP_KAFKA_ADMIN: kafka.admin.username,
    NAAP_KAFKA_ADMIN_PASSWORD_FILE: kafka.admin.passwordFile,
    NAAP_INGEST_BOOTSTRAP: kafka.ingest.bootstrap.join(','),
    NAAP_INGEST_CA_FILE: kafka.ingest.caFile,
    NAAP_LAKE_ADMIN: minio.admin.username,
    NAAP_LAKE_ADMIN_PASSWORD_FILE: minio.admin.passwordFile,
  };
}

function shellText(variables: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(variables)
    .flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
    .join('\n');
}
