import type { Command } from 'commander';
import { ensureStackSecrets, optionalParts, readSettings, startPlatform } from '../lab';
import type { BrokerCount } from '../lab';
import { UsageError } from './exit-codes';
import { withExamples } from './help';
import { realiseWork } from './realise-work';
import { StartDisplay } from './start-display';
import { withInterrupt } from './interrupt';
import { seconds } from './units';

interface UpOptions {
  readonly platformOnly?: boolean;
  readonly brokers?: string;
  readonly without?: string[];
  readonly ksqldb?: string;
}

export function registerUp(program: Command): void {
  const command = program
    .command('up')
    .description('Install what is missing, start the platform, realise the dev stack on it.')
    .option('--platform-only', 'start the parts, declare nothing on them')
    .option('--brokers <n>', 'Kafka brokers: 1, or 3 for replication factor 3')
    .option('--without <part...>', 'leave parts out: registry, connect, minio, ksqldb')
    .option('--ksqldb <url>', 'use this ksqlDB server in place of the local engine')
    .action(up);
  withExamples(command, [
    './naap up',
    './naap up --platform-only --brokers 3',
    './naap up --without ksqldb && ./naap env > ksql-server.properties',
  ]);
}

async function up(options: UpOptions): Promise<void> {
  const began = Date.now();
  const settings = readSettings();
  const display = new StartDisplay();
  await withInterrupt(settings, async (signal, track) => {
    const start = startPlatform(settings, {
      ...startOptions(options),
      signal,
      onInstall: display.onInstall,
    });
    track(start.started);
    const work = options.platformOnly ? [] : [realiseWork(settings, start, options.ksqldb)];
    const names = start.parts.map((part) => part.name);
    await display.waitFor(start, names, work);
    if (options.platformOnly) await ensureStackSecrets(start.endpoints, { settings });
  });
  console.log(`The platform is up (${seconds(Date.now() - began)}). Its files: ${settings.runDir}`);
}

function startOptions(options: UpOptions): {
  brokers?: BrokerCount;
  without: ReturnType<typeof optionalParts>;
  ksqldbUrl?: string;
} {
  return {
    brokers: brokerCount(options.brokers),
    without: parts(options.without),
    ksqldbUrl: serverUrl(options.ksqldb),
  };
}

function brokerCount(text: string | undefined): BrokerCount | undefined {
  if (text === undefined) return undefined;
  if (text === '1') return 1;
  if (text === '3') return 3;
  throw new UsageError(`--brokers is "${text}", expected 1 or 3`);
}

function parts(names: readonly string[] | undefined): ReturnType<typeof optionalParts> {
  try {
    return optionalParts((names ?? []).flatMap((name) => name.split(',')));
  } catch (error) {
    throw new UsageError(`--without: ${(error as Error).message}`);
  }
}

function serverUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new UsageError(`--ksqldb is "${text}", expected a URL such as http://127.0.0.1:8088`);
  }
  return text.replace(/\/+$/, '');
}
