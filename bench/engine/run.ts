/**
 * Measures the local ksqlDB engine on a real broker: start to ready, throughput through a query, memory, and the time from an event
 * to the pull query that shows it. See README.md beside this file.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'node:http';
import { Command } from 'commander';
import { KafkaBroker } from '../../engine/server/broker/kafka-broker';
import { loadConfig } from '../../engine/server/config/server-config';
import { HttpSchemaRegistry } from '../../engine/server/registry/http-registry';
import { generator } from './events';

interface Options {
  readonly config: string;
  readonly schema: string;
  readonly declare: string;
  readonly query: string;
  readonly pull: string;
  readonly topic: string;
  readonly events: string;
  readonly partitions: string;
  readonly keys: string;
  readonly latencyEvents: string;
  readonly port: string;
}

/** An event that is not seen by then was left out by the query's WHERE. */
const GIVE_UP_MS = 1000;

const here = __dirname;
const root = join(here, '../..');

new Command('bench-engine')
  .description('Throughput, latency and memory of the local ksqlDB engine on a real broker')
  .requiredOption(
    '--config <file>',
    'properties with bootstrap.servers, credentials and ksql.schema.registry.url',
  )
  .option('--schema <file>', 'Avro schema of the events', join(here, 'gpu-sample.avsc'))
  .option('--topic <name>', 'topic of the events; made anew', `bench_${process.pid}`)
  .option(
    '--declare <sql>',
    'declares the stream EVENTS over the topic',
    "CREATE STREAM events (orchestrator STRING KEY) WITH (KAFKA_TOPIC='{topic}', KEY_FORMAT='KAFKA', VALUE_FORMAT='AVRO');",
  )
  .option(
    '--query <sql>',
    'the query that is measured; it makes the table RESULT',
    readFileSync(join(here, 'gpu-rollup.sql'), 'utf8'),
  )
  .option(
    '--pull <sql>',
    'pull query of one key; {key} is replaced',
    "SELECT n FROM result WHERE orchestrator = '{key}';",
  )
  .option('--events <n>', 'events of the throughput run', '2000000')
  .option('--partitions <n>', 'partitions of the topic', '4')
  .option('--keys <n>', 'distinct keys', '500')
  .option('--latency-events <n>', 'events of the latency run', '500')
  .option('--port <n>', 'port for the engine', '23180')
  .action(async (options: Options) => {
    await run(options);
    process.exit(0);
  })
  .parse();

async function run(options: Options): Promise<void> {
  const text = readFileSync(options.config, 'utf8');
  const config = loadConfig(text);
  const broker = await KafkaBroker.connect(config.bootstrap, {
    clientId: 'bench',
    tls: config.kafkaTls,
    sasl: config.kafkaSasl,
    connectTimeoutMs: 5000,
    requestTimeoutMs: 60_000,
  });
  const serviceId = `bench${process.pid}_`;
  const directory = mkdtempSync(join(tmpdir(), 'naap-bench-'));
  const engineConfig = join(directory, 'engine.properties');
  writeFileSync(
    engineConfig,
    `${text}\nlisteners=http://127.0.0.1:${options.port}\nksql.service.id=${serviceId}\nksql.streams.auto.offset.reset=earliest\n`,
  );
  let engine: ChildProcess | undefined;
  try {
    const produced = await fill(broker, text, options);
    const started = performance.now();
    engine = await startEngine(engineConfig);
    report('start to ready, empty', `${Math.round(performance.now() - started)} ms`);
    const base = `http://127.0.0.1:${options.port}`;
    await post(base, '/ksql', { ksql: options.declare.replaceAll('{topic}', options.topic) });
    await throughput(base, engine, produced.count, options);
    await latency(base, broker, produced.encode, options);
  } finally {
    engine?.kill('SIGKILL');
    const leftovers = (await broker.topics())
      .map(({ name }) => name)
      .filter((name) => name === options.topic || name === 'RESULT' || name.includes(serviceId));
    await broker.deleteTopics(leftovers);
    await broker.close();
    rmSync(directory, { recursive: true });
  }
}

type Encode = (sequence: number, timestamp: number) => { readonly key: string; readonly value: Buffer };

/** Fills the topic; values have Confluent's wire format when there is a registry. */
async function fill(
  broker: KafkaBroker,
  configText: string,
  options: Options,
): Promise<{ count: number; encode: Encode }> {
  const schema = readFileSync(options.schema, 'utf8');
  const config = loadConfig(configText);
  if (!config.registry) throw new Error('ksql.schema.registry.url is missing in the configuration');
  const registry = new HttpSchemaRegistry(config.registry);
  const id = await registry.register(`${options.topic}-value`, { type: 'AVRO', text: schema });
  const events = generator(schema, id, Number(options.keys));
  const partitions = Number(options.partitions);
  await broker.createTopic({
    name: options.topic,
    partitions,
    replicas: 1,
    configs: { 'retention.ms': '-1' },
  });
  const count = Number(options.events);
  const writer = broker.openWriter(`bench-${process.pid}`);
  await writer.open();
  const start = Date.now() - 60_000;
  for (let i = 0; i < count;) {
    const batch = writer.newBatch();
    for (const until = Math.min(count, i + 50_000); i < until; i++) {
      const timestamp = start + Math.floor((i / count) * 60_000);
      const { key, value } = events(i, timestamp);
      batch.add({ topic: options.topic, timestamp, key: Buffer.from(key), value }, partitions);
    }
    await writer.commit(batch, []);
  }
  registry.close();
  return { count, encode: events };
}

/** From the query's start until it has read everything, seen by its committed offsets. */
async function throughput(
  base: string,
  engine: ChildProcess,
  count: number,
  options: Options,
): Promise<void> {
  const started = performance.now();
  const cpuBefore = cpuSeconds(engine.pid!);
  await post(base, '/ksql', { ksql: options.query });
  let peak = 0;
  for (;;) {
    peak = Math.max(peak, residentMiB(engine.pid!));
    if ((await committed(base)) >= count) break;
    await sleep(50);
  }
  const seconds = (performance.now() - started) / 1000;
  report(
    'throughput',
    `${Math.round(count / seconds).toLocaleString('en')} events/s (${count.toLocaleString('en')} in ${seconds.toFixed(2)} s)`,
  );
  const cpu = cpuSeconds(engine.pid!) - cpuBefore;
  report(
    'per second of CPU',
    `${Math.round(count / cpu).toLocaleString('en')} events (${cpu.toFixed(2)} s; what a free core would do)`,
  );
  report('memory, peak', `${peak} MiB`);
}

async function committed(base: string): Promise<number> {
  const [answer] = (await post(base, '/ksql', { ksql: 'DESCRIBE RESULT EXTENDED;' })) as [
    {
      sourceDescription: {
        queryOffsetSummaries: {
          topicSummaries: {
            offsets: { logEndOffset: number; consumerOffset: number; partition: number }[];
          }[];
        }[];
      };
    },
  ];
  const offsets = answer.sourceDescription.queryOffsetSummaries.flatMap(({ topicSummaries }) =>
    topicSummaries.flatMap((summary) => summary.offsets),
  );
  return offsets.every(({ logEndOffset, consumerOffset }) => consumerOffset >= logEndOffset) &&
    offsets.length > 0
    ? Number.MAX_SAFE_INTEGER
    : 0;
}

/** One event after the other with a key of its own: from before the write to the first pull query that has it. */
async function latency(base: string, broker: KafkaBroker, encode: Encode, options: Options): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  let filtered = 0;
  for (let i = 0; i < Number(options.latencyEvents); i++) {
    const key = `latency-${i}`;
    const { value } = encode(i, Date.now());
    const started = performance.now();
    await broker.append([{ topic: options.topic, timestamp: Date.now(), key: Buffer.from(key), value }]);
    const sql = options.pull.replaceAll('{key}', key);
    const isShown = async () => ((await post(base, '/query', { ksql: sql }, agent)) as unknown[]).length > 1;
    let shown = await isShown();
    while (!shown && performance.now() - started < GIVE_UP_MS) shown = await isShown();
    if (shown) times.push(performance.now() - started);
    else filtered++;
    await sleep(5);
  }
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1);
  report(
    'event to pull query',
    `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${times.length} events; ${filtered} filtered by the query)`,
  );
}

function startEngine(configFile: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      ...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []),
      join(root, 'dist/ksqldb-engine.js'),
      '--config',
      configFile,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the engine ended with code ${code}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('ready')) resolve(child);
    });
  });
}

function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}

/** User and system time of a process (clock ticks of 10 ms). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function post(base: string, path: string, body: object, agent?: Agent): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request(base + path, { method: 'POST', agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(text));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}

function report(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(26)}${figure}\n`);
}
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
