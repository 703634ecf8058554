import type { Command } from 'commander';
import { openStack, readSettings } from '../../lab';
import { effectiveDeclaration } from '../../stacks/effective-declaration';
import { trinoCatalogs } from '../../stacks/trino-catalogs';
import { withExamples } from '../help';
import { lakeCommand } from './command-group';

export function registerLakeTrino(program: Command): void {
  const command = lakeCommand(program)
    .command('trino')
    .description(
      'Print the catalog files with which Trino reads the same tables. Secrets are environment variables of Trino.',
    )
    .option('--stack <name>', 'whose lake', 'dev')
    .option('--json', 'one object, text by file name')
    .action(trino);
  withExamples(command, ['./naap lake trino', './naap lake trino --stack prod --json']);
}

function trino(options: { readonly stack: string; readonly json?: boolean }): void {
  const { environment, declaration } = openStack(readSettings(), options.stack);
  const files = trinoCatalogs(environment, effectiveDeclaration({ environment, declaration }).connectors);
  if (options.json) console.log(JSON.stringify(files, null, 2));
  else for (const [name, text] of Object.entries(files)) console.log(`# etc/catalog/${name}\n${text}`);
}
