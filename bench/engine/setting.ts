import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaBroker } from '../../engine/server/broker/kafka-broker';
import { loadConfig } from '../../engine/server/config/server-config';
import { HttpSchemaRegistry } from '../../engine/server/registry/http-registry';
import { eventEncoder, SCHEMA, SPAN_MS } from './events';
import type { Encode } from './events';

export interface SettingOptions {
  /** Properties with bootstrap.servers, credentials and ksql.schema.registry.url. */
  readonly config: string;
  readonly port: string;
}

/** A broker, a registry, and a configuration for an engine whose topics are its own and are removed at the end. */
export class Setting {
  readonly serviceId = `bench${process.pid}_`;
  readonly topic = `bench_${process.pid}`;
  readonly url: string;
  readonly engineConfig: string;
  private readonly directory = mkdtempSync(join(tmpdir(), 'naap-bench-'));

  private constructor(
    private readonly text: string,
    readonly broker: KafkaBroker,
    port: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.engineConfig = join(this.directory, 'engine.properties');
    const own = [
      `listeners=${this.url}`,
      `ksql.service.id=${this.serviceId}`,
      'ksql.streams.auto.offset.reset=earliest',
      `ksql.streams.state.dir=${join(this.directory, 'state')}`,
      'ksql.logging.processing.topic.auto.create=false',
      'ksql.logging.processing.stream.auto.create=false',
    ];
    writeFileSync(this.engineConfig, `${text}\n${own.join('\n')}\n`);
  }

  static async open({ config, port }: SettingOptions): Promise<Setting> {
    const text = readFileSync(config, 'utf8');
    const { bootstrap, kafkaTls: tls, kafkaSasl: sasl } = loadConfig(text);
    const broker = await KafkaBroker.connect(bootstrap, {
      clientId: 'bench',
      tls,
      sasl,
      connectTimeoutMs: 5000,
      requestTimeoutMs: 60_000,
    });
    return new Setting(text, broker, port);
  }

  /** Makes the topic and writes events into it; gives what encodes further ones. */
  async fill(events: number, keys: number, partitions: number): Promise<Encode> {
    const { registry: registryConfig } = loadConfig(this.text);
    if (!registryConfig) throw new Error('ksql.schema.registry.url is missing in the configuration');
    const registry = new HttpSchemaRegistry(registryConfig);
    const id = await registry.register(`${this.topic}-value`, { type: 'AVRO', text: SCHEMA });
    registry.close();
    const encode = eventEncoder(id, keys);
    await this.broker.createTopics([
      {
        name: this.topic,
        partitions,
        replicas: 1,
        configs: { 'retention.ms': '-1' },
      },
    ]);
    const writer = this.broker.openWriter(`bench-${process.pid}`);
    await writer.open();
    const start = Date.now() - SPAN_MS;
    for (let i = 0; i < events;) {
      const batch = writer.newBatch();
      for (const until = Math.min(events, i + 50_000); i < until; i++) {
        const timestamp = start + Math.floor((i / events) * SPAN_MS);
        const { key, value } = encode(i, timestamp);
        batch.add({ topic: this.topic, timestamp, key: Buffer.from(key), value }, partitions);
      }
      await writer.commit(batch, []);
    }
    return encode;
  }

  async close(): Promise<void> {
    const names = (await this.broker.topics()).map(({ name }) => name);
    await this.broker.deleteTopics(
      names.filter((name) => name.startsWith(this.topic) || name.includes(this.serviceId)),
    );
    await this.broker.close();
    rmSync(this.directory, { recursive: true });
  }
}

export function report(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(40)}${figure}\n`);
}
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
/** The value that a share of the sorted measurements does not exceed. */
export function percentile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1);
}
