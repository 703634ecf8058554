import type { Command } from 'commander';
import { purge, readSettings, stopPlatform } from '../lab';
import { withExamples } from './help';

export function registerDown(program: Command): void {
  const command = program
    .command('down')
    .description('Stop the platform. Its data stays, unless --purge is given.')
    .option('--purge', 'delete its data, configuration, secrets and logs as well')
    .action(down);
  withExamples(command, ['./naap down', './naap down --purge']);
}

async function down(options: { readonly purge?: boolean }): Promise<void> {
  const settings = readSettings();
  let stopped = 0;
  await stopPlatform(settings, {
    onStopped: (name, how) => {
      stopped++;
      console.log(`${name}: ${how}`);
    },
  });
  if (stopped === 0) console.log('Nothing was running.');
  if (options.purge) purge(settings.runDir);
}
