import { projectRoot } from '../../lab/paths';
import { CaseWorld } from '../../engine/testing/case-world';
import { jsonText } from '../../engine/testing/json-value';
import { decodeRecord, encodeRecord } from '../../engine/testing/record-codec';
import type { CaseRecord } from '../../engine/testing/test-case';
import { loadSqlFiles } from '../../resources/query/sql-files';
import type { SqlObject } from '../../resources/query/sql-files';
import { readDeclaration } from '../../stacks/declaration';

const MINUTE_MS = 60_000;

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
      partitions: '1',
      replicas: '1',
      ...overrides,
    },
    windows: {
      '1m': {
        window_ms: String(MINUTE_MS),
        window_size: '1 MINUTES',
        window_grace: '10 MINUTES',
        window_retention: '7 DAYS',
      },
    },
    versions,
  });
}

/** All of `ksql/` in the engine, with virtual time and no broker. */
export class Pipeline {
  private readonly world = new CaseWorld({}, []);

  /** All objects, or the given ones. */
  static async start(objects: readonly SqlObject[] = sqlObjects()): Promise<Pipeline> {
    const pipeline = new Pipeline();
    for (const { statements } of objects) {
      for (const { text } of statements) await pipeline.world.execute(text);
    }
    return pipeline;
  }

  /** Writes a record to the gateway topic; `at` is its arrival. */
  async sendGateway(record: {
    readonly at: number;
    readonly value: string;
    readonly key?: string;
  }): Promise<void> {
    const { at, key, value } = record;
    await this.world.driver.send({
      topic: 'telemetry.gateway.v1',
      timestamp: at,
      key: key === undefined ? null : Buffer.from(key),
      value: Buffer.from(value),
    });
  }

  /** Writes a typed record, its key and value as JSON. */
  async send(record: CaseRecord): Promise<void> {
    const { key, value } = await encodeRecord(this.world, record);
    await this.world.driver.send({ topic: record.topic, timestamp: record.timestamp ?? 0, key, value });
  }

  /** Every record of a topic, `row` null for a tombstone. */
  async records(
    topic: string,
  ): Promise<readonly { readonly key: unknown; readonly row: Row | null; readonly timestamp: number }[]> {
    return Promise.all(
      this.world.driver.records(topic).map(async (record) => {
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
    const rows = new Map<string, Row>();
    for (const { key, row } of await this.records(topic)) {
      const name = typeof key === 'string' ? key : JSON.stringify(key);
      if (row === null) rows.delete(name);
      else rows.set(name, row);
    }
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

  /** What the processing log was told. */
  get log(): readonly string[] {
    return this.world.log;
  }
}
