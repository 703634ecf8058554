import type { Command } from 'commander';
import { withExamples } from './help';
import { ksqlCommand } from './ksql/command-group';
import { serve } from './ksql/serve';
import { readServeSettings } from './ksql/serve-settings';
import type { ServeOptions } from './ksql/serve-settings';

export function registerKsqlServe(program: Command): void {
  const command = ksqlCommand(program)
    .command('serve')
    .description("Run the SQL engine alone: ksqlDB's REST API on any broker, or in memory. Ctrl-C ends it.")
    .option('--bootstrap-server <host:port,...>', 'brokers; sets bootstrap.servers')
    .option('--registry <url>', 'schema registry; sets ksql.schema.registry.url')
    .option('--listen <address>', 'URL, host:port or port to serve on; sets listeners')
    .option('--config <file>', "a ksql-server.properties with stock's names (SASL, TLS, listeners, limits …)")
    .option('--property <name=value>', 'sets one property, over the file; may be repeated', collect, [])
    .option('--memory', 'no broker, no registry: topics and schemas in memory, nothing is kept')
    .action(async (options: ServeOptions) => {
      process.exit(await serve(readServeSettings(options)));
    });
  withExamples(command, [
    './naap ksql serve --memory',
    './naap ksql serve --bootstrap-server localhost:9092 --registry http://localhost:8081 --listen 8088',
    './naap ksql serve --config ksql-server.properties --property ksql.service.id=mine_',
    './naap ksql serve --bootstrap-server broker:9094 --property security.protocol=SASL_SSL --property sasl.mechanism=PLAIN --property \'sasl.jaas.config=… required username="me" password="…";\'',
  ]);
}

function collect(entry: string, before: readonly string[]): string[] {
  return [...before, entry];
}
