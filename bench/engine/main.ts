/**
 * Measures the local ksqlDB engine (or any ksqlDB server, with --ksqldb) on a real broker. See README.md beside this file.
 */
import { Command } from 'commander';
import { KsqlClient } from './client';
import { EngineProcess } from './engine-process';
import { measureEventToPull, measurePull } from './latency';
import { count, report, Setting } from './setting';
import type { SettingOptions } from './setting';
import { measureStart } from './start';
import { measureThroughput } from './throughput';

interface Options extends SettingOptions {
  readonly events: string;
  readonly partitions: string;
  readonly keys: string;
}

const program = new Command('bench-engine');

function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption(
      '--config <file>',
      'properties with bootstrap.servers, credentials and ksql.schema.registry.url',
    )
    .option('--partitions <n>', 'partitions of the topic', '4')
    .option('--port <n>', 'port for the engine', '23180');
}

command('flow', 'throughput, memory, pull queries, event to pull query')
  .option('--ksqldb <url>', 'measure this server instead of an engine of its own')
  .option('--events <n>', 'events of the throughput run', '1000000')
  .option('--keys <n>', 'distinct keys', '2000')
  .option('--latency-events <n>', 'events of the latency run', '500')
  .action(async (options: Options & { readonly ksqldb?: string; readonly latencyEvents: string }) => {
    await inSetting(options, async (setting) => {
      const [events, keys] = [Number(options.events), Number(options.keys)];
      const encode = await setting.fill(events, keys, Number(options.partitions));
      const engine = options.ksqldb ? undefined : await EngineProcess.start(setting.engineConfig);
      const client = new KsqlClient(options.ksqldb ?? setting.url);
      const { broker, topic } = setting;
      try {
        await measureThroughput(client, engine, topic, events);
        await measurePull(client, broker, topic, encode, { rate: 0, queries: 2000, keys });
        await measurePull(client, broker, topic, encode, { rate: 1000, queries: 1000, keys });
        await measurePull(client, broker, topic, encode, { rate: 5000, queries: 1000, keys });
        await measureEventToPull(client, broker, topic, encode, Number(options.latencyEvents));
      } finally {
        client.close();
        await engine?.stop();
      }
    });
  });

command('state', 'state that outgrows memory: throughput, memory, restart from disk')
  .option('--keys <n>', 'entries of the table: each event has a key of its own', '5000000')
  .action(async (options: Options) => {
    await inSetting(options, async (setting) => {
      const keys = Number(options.keys);
      const encode = await setting.fill(keys, keys, Number(options.partitions));
      const client = new KsqlClient(setting.url);
      let engine = await EngineProcess.start(setting.engineConfig);
      try {
        await measureThroughput(client, engine, setting.topic, keys);
        await measurePull(client, setting.broker, setting.topic, encode, { rate: 0, queries: 2000, keys });
        await engine.stop('SIGKILL');
        const started = performance.now();
        engine = await EngineProcess.start(setting.engineConfig);
        await measurePull(client, setting.broker, setting.topic, encode, { rate: 0, queries: 1, keys });
        report('kill -9 to first answer', `${count(performance.now() - started)} ms, state from disk`);
        report('memory after the restart', `${engine.residentMiB()} MiB`);
      } finally {
        client.close();
        await engine.stop();
      }
    });
  });

command('start', 'empty start, 50 statements, start with 50 statements and restored state')
  .option('--events <n>', 'events in the topic', '20000')
  .option('--keys <n>', 'distinct keys', '2000')
  .option('--runs <n>', 'starts of each kind', '5')
  .action(async (options: Options & { readonly runs: string }) => {
    await inSetting(options, async (setting) => {
      await setting.fill(Number(options.events), Number(options.keys), Number(options.partitions));
      await measureStart(setting, Number(options.keys), Number(options.runs));
    });
  });

async function inSetting(options: Options, measure: (setting: Setting) => Promise<void>): Promise<void> {
  const setting = await Setting.open(options);
  try {
    await measure(setting);
  } finally {
    await setting.close();
  }
}

program
  .parseAsync()
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
