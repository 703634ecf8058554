import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startEngine } from './bootstrap';
import { ConfigError } from './config/server-config';

const USAGE = `Usage: ksqldb-engine --config FILE [--memory]

Runs the local ksqlDB engine: ksqlDB's language and REST API in one process.

  --config FILE     properties as in ksql-server.properties
  --memory          no broker: topics and schemas in memory, nothing is kept
  --property K=V    sets or overrides one property (repeatable)
  --help            this text`;

function log(message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      memory: { type: 'boolean' },
      property: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  if (!values.config && !values.memory)
    throw new ConfigError(['--config FILE is missing (or --memory for an engine without a broker)']);
  const text = values.config ? readFileSync(values.config, 'utf8') : '';
  const overrides = Object.fromEntries(
    (values.property ?? []).map((entry): [string, string] => [
      entry.split('=')[0]!,
      entry.slice(entry.indexOf('=') + 1),
    ]),
  );
  const running = await startEngine({ text, overrides, memory: values.memory ?? false, log });
  process.stdout.write(
    `ready: ${running.urls.join(' ')} (service id ${running.serviceId}, ${Math.round(process.uptime() * 1000)} ms)\n`,
  );
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log(`stopping failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

// A promise that nobody waits for, or a throw in a callback, is our bug: it is told, and the server goes on serving.
process.on('unhandledRejection', (reason) =>
  log(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`),
);
process.on('uncaughtException', (error) => log(`uncaught exception: ${error.stack ?? error.message}`));

main().catch((error: unknown) => {
  log(
    error instanceof ConfigError
      ? error.message
      : error instanceof Error
        ? `cannot start: ${error.message}`
        : String(error),
  );
  process.exit(1);
});
