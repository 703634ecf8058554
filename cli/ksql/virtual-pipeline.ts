import { projectRoot } from '../../lab/paths';
import type { CaseWorld, CompiledQuery } from '../../engine/testing/case-world';
import { jsonText } from '../../engine/testing/json-value';
import { decodeRecord, encodeRecord } from '../../engine/testing/record-codec';
import type { TopicRecord } from '../../engine/runtime/contracts';
import { VirtualDriver } from '../../engine/runtime/virtual-driver';
import type { CaseRecord } from '../../engine/testing/test-case';
import { loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlObject } from '../../resources/query/sql-files';
import { readDeclaration } from '../../stacks/declaration';
import { PlannedSql } from './planned-sql';

/** Windows as the SQL files name them, with the grace of a production environment. */
const WINDOWS = { '5s': 5_000, '1m': 60_000, '10m': 600_000, '15m': 900_000, '1h': 3_600_000 } as const;

/** A row by column name, numbers and text as JSON has them. */
export type Row = Readonly<Record<string, unknown>>;

/** The objects of `ksql/` in their order, expanded for an environment of one partition with the default variables. */
export function sqlObjects(overrides: Readonly<Record<string, string>> = {}): SqlObject[] {
  const { sqlFiles, variables, versions } = readDeclaration(projectRoot());
  const defaults = Object.entries(variables).map(
    ([name, { default: value }]) => [name, String(value)] as const,
  );
  const retention = ['bronze', 'silver', 'gold', 'alerts', 'ignored', 'dead_letter'];
  return loadSqlFiles(sqlFiles, {
    variables: {
      ...Object.fromEntries(defaults),
      ...Object.fromEntries(retention.map((layer) => [`retention_${layer}_ms`, '604800000'])),
      environment: 'test',
      partitions: '1',
      replicas: '1',
      ...overrides,
    },
    windows: Object.fromEntries(
      Object.entries(WINDOWS).map(([name, size]) => [
        name,
        {
          window_ms: String(size),
          window_size: `${size / 1_000} SECONDS`,
          window_grace: '1 DAYS',
          window_retention: '10 DAYS',
          window_retention_ms: String(10 * 86_400_000),
        },
      ]),
    ),
    versions,
  });
}

/** SQL in the engine, with virtual time and no broker. */
export class Pipeline {
  /** What the processing log was told. */
  readonly log: string[] = [];
  private readonly driver = new VirtualDriver(
    { error: ({ kind, message }) => void this.log.push(`${kind}: ${message}`) },
    () => Date.now(),
  );

  private constructor(private readonly world: CaseWorld) {}

  /** All objects of `ksql/`, or the given ones. `caching`: as a server with its default cache, see {@link settle}. */
  static async start(
    objects: readonly SqlObject[] = sqlObjects(),
    { caching = false }: { readonly caching?: boolean } = {},
  ): Promise<Pipeline> {
    const planned = await PlannedSql.of(objects, { caching });
    return Pipeline.run(
      planned.world,
      planned.queries.map(({ query }) => query),
    );
  }

  /** Queries that were compiled in a world, over empty topics. */
  static async run(world: CaseWorld, queries: readonly CompiledQuery[]): Promise<Pipeline> {
    const pipeline = new Pipeline(world);
    for (const { topology, caching } of queries) await pipeline.driver.start(topology, caching);
    return pipeline;
  }

  /** Writes a record to the gateway topic; `at` is its arrival. */
  async sendGateway(record: {
    readonly at: number;
    readonly value: string;
    readonly key?: string;
  }): Promise<void> {
    const { at, key, value } = record;
    await this.driver.send({
      topic: 'telemetry.gateway.v1',
      timestamp: at,
      key: key === undefined ? null : Buffer.from(key),
      value: Buffer.from(value),
    });
  }

  /** Writes a typed record, its key and value as JSON. */
  async send(record: CaseRecord): Promise<void> {
    const { key, value } = await encodeRecord(this.world, record);
    await this.driver.send({ topic: record.topic, timestamp: record.timestamp ?? 0, key, value });
  }

  /** The records of a topic as they lie there. */
  raw(topic: string): readonly TopicRecord[] {
    return this.driver.records(topic);
  }

  /** Writes a record as another pipeline of the same queries wrote it. */
  async resend({ topic, timestamp, key, value, headers }: TopicRecord): Promise<void> {
    await this.driver.send({ topic, timestamp, key, value, headers });
  }

  /** The last value of each key of a topic, undecoded. */
  lastValues(topic: string): Record<string, string> {
    const last = this.driver
      .records(topic)
      .map(({ key, value }, offset) => [key?.toString('base64') ?? `#${offset}`, value?.toString('base64') ?? ''] as const);
    return Object.fromEntries(last);
  }

  /** What a server does at each commit: caches pass on the last change of each key. */
  async settle(): Promise<void> {
    while (await this.driver.flush()) continue;
  }

  /** Every record of a topic, `row` null for a tombstone. */
  async records(
    topic: string,
  ): Promise<readonly { readonly key: unknown; readonly row: Row | null; readonly timestamp: number }[]> {
    return this.decoded(this.driver.records(topic));
  }

  private decoded(
    records: readonly TopicRecord[],
  ): Promise<readonly { readonly key: unknown; readonly row: Row | null; readonly timestamp: number }[]> {
    return Promise.all(
      records.map(async (record) => {
        const { key, value, window, timestamp } = await decodeRecord(this.world, record);
        const plainKey = JSON.parse(jsonText(key)) as unknown;
        return {
          key: window ? { key: plainKey, windowStart: window.start } : plainKey,
          row: value === null ? null : (JSON.parse(jsonText(value)) as Row),
          timestamp,
        };
      }),
    );
  }

  /** The last row of each key of a table's topic, by the key as text. */
  async table(topic: string): Promise<Map<string, Row>> {
    // Most records are older rows of their keys, which need not be decoded.
    const last = new Map<string, TopicRecord>();
    for (const record of this.driver.records(topic)) {
      const key = record.key?.toString('latin1') ?? '';
      last.delete(key);
      last.set(key, record);
    }
    const rows = new Map<string, Row>();
    for (const { key, row } of await this.decoded([...last.values()]))
      if (row !== null) rows.set(typeof key === 'string' ? key : JSON.stringify(key), row);
    return rows;
  }

  /** Text of the schema that a statement registered. */
  registeredSchema(subject: string): string | undefined {
    return this.world.registry.latestOf(subject)?.text;
  }

  /** Whether a table is written to the topic, rather than a stream. */
  isTable(topic: string): boolean {
    return this.world.topicFormats.get(topic)?.source.kind === 'TABLE';
  }
}
