import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError } from './config/server-config';
import { serveUntilSignal } from './serve';

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
  process.exitCode = await serveUntilSignal(
    { text, overrides, memory: values.memory ?? false, log },
    ({ urls, serviceId }) =>
      process.stdout.write(
        `ready: ${urls.join(' ')} (service id ${serviceId}, ${Math.round(process.uptime() * 1000)} ms)\n`,
      ),
  );
  process.exit();
}

main().catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
