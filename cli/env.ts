import type { Command } from 'commander';
import { Option } from 'commander';
import { ksqlServerSettings, loadEndpoints, platformVariables, readSettings, runningContext } from '../lab';
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
      return shellText(platformVariables(settings.runDir, endpoints));
  }
}

function shellText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
    .join('\n');
}
