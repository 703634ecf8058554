import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { CATALOG_NAME } from '../stacks/catalog-properties';
import type { LakeAccess, LakeTable } from './access';
import { catalogDatabase } from './catalog-uri';
import { newestRows } from './newest-rows';
import { NOTHING_YET, restMetadataLocation } from './rest-catalog';

/** Schema of the views that show the newest row of each key. */
const NEWEST = 'latest';

/** Column names and rows of an answer; numbers beyond 2^53 come as text. */
export interface LakeRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface LakeSessionOptions {
  readonly access: LakeAccess;
  /** Folder with DuckDB's signed extensions. */
  readonly extensions: string;
  /** Tables to open; all when absent. */
  readonly only?: readonly string[];
  /** Reads every table as it was then. */
  readonly asOf?: Date;
}

/** A table that is declared and cannot be asked, with the reason. */
export interface AbsentTable {
  readonly table: string;
  readonly reason: string;
}

/**
 * The lake's tables in DuckDB, each under its own name. A table is what its catalog says, never what files lie in the
 * bucket: a killed writer leaves files behind that belong to no snapshot.
 */
export class LakeSession {
  readonly absent: AbsentTable[] = [];

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly options: LakeSessionOptions,
    private readonly spillFolder: string,
  ) {}

  static async open(options: LakeSessionOptions): Promise<LakeSession> {
    // The native library is loaded when it is needed: no other command should pay for it.
    const { DuckDBInstance: Instance } = await import('@duckdb/node-api');
    // A sort that is larger than memory goes here, and not into the folder of whoever asks.
    const spillFolder = mkdtempSync(path.join(tmpdir(), 'naap-lake-'));
    const instance = await Instance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      temp_directory: spillFolder,
    });
    const session = new LakeSession(instance, await instance.connect(), options, spillFolder);
    try {
      await session.prepare();
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Runs one SELECT. Throws DuckDB's own words. */
  async query(sql: string, values: readonly (string | number | bigint)[] = []): Promise<LakeRows> {
    const reader = await this.connection.runAndReadAll(sql, [...values]);
    return { columns: reader.columnNames(), rows: reader.getRowsJson() };
  }

  /** Runs one SELECT and hands over its rows in portions as they come, in DuckDB's own values; several may run side by side. */
  async *stream(sql: string): AsyncGenerator<DuckDBValue[][]> {
    const connection = await this.instance.connect();
    try {
      yield* (await connection.stream(sql)).yieldRows();
    } finally {
      connection.closeSync();
    }
  }

  /** The columns of a table, in order. */
  async columns(table: string): Promise<string[]> {
    const { rows } = await this.query(`DESCRIBE ${table}`);
    return rows.map(([name]) => String(name));
  }

  /** Whether a declared table exists and can be read. */
  has(table: string): boolean {
    return !this.absent.some((it) => it.table === table);
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
    rmSync(this.spillFolder, { recursive: true, force: true });
  }

  private async prepare(): Promise<void> {
    const { access, only } = this.options;
    await this.connection.run("SET TimeZone = 'UTC'");
    for (const extension of ['httpfs', 'avro', 'iceberg']) await this.load(extension);
    for (const reader of access.readers) await this.connection.run(bucketSecret(access, reader));
    const catalogs = new Map<string, string>();
    for (const table of access.tables.filter(({ name }) => only?.includes(name) ?? true)) {
      try {
        await this.addTable(table, catalogs);
      } catch (error) {
        this.absent.push({ table: table.name, reason: firstLine(error) });
      }
    }
  }

  private load(extension: string): Promise<unknown> {
    const file = path.join(this.options.extensions, `${extension}.duckdb_extension`);
    return this.connection.run(`LOAD ${text(file)}`);
  }

  private async addTable(table: LakeTable, catalogs: Map<string, string>): Promise<void> {
    const { access, asOf } = this.options;
    if (!access.readers.some(({ layer }) => layer === table.layer))
      throw new Error(`the secret of the reader of ${table.layer} tables is not there`);
    const metadata = await this.metadataLocation(table, catalogs);
    const [namespace, name] = table.name.split('.') as [string, string];
    const scan = [text(metadata), ...(asOf ? [`snapshot_from_timestamp => ${timestamp(asOf)}`] : [])];
    await this.createView(namespace, name, `SELECT * FROM iceberg_scan(${scan.join(', ')})`);
    if (!table.row) return;
    const newest = newestRows(`${identifier(namespace)}.${identifier(name)}`, table.row);
    for (const alias of new Set([name, table.row.alias ?? name]))
      await this.createView(NEWEST, alias, newest);
  }

  private async createView(namespace: string, name: string, select: string): Promise<void> {
    await this.connection.run(`CREATE SCHEMA IF NOT EXISTS ${identifier(namespace)}`);
    await this.connection.run(`CREATE VIEW ${identifier(namespace)}.${identifier(name)} AS ${select}`);
  }

  private metadataLocation(table: LakeTable, catalogs: Map<string, string>): Promise<string> {
    const { catalogLogin } = this.options.access;
    switch (table.catalog.kind) {
      case 'jdbc':
        return this.jdbcMetadataLocation(table, catalogs);
      case 'rest':
        return restMetadataLocation(table.catalog, table.name, catalogLogin);
    }
  }

  private async jdbcMetadataLocation(
    { name, catalog: { uri } }: LakeTable,
    catalogs: Map<string, string>,
  ): Promise<string> {
    const catalog = await this.attach(uri, catalogs);
    const { rows } = await this.query(
      `SELECT metadata_location FROM ${catalog}.iceberg_tables
        WHERE catalog_name = $1 AND table_namespace || '.' || table_name = $2`,
      [CATALOG_NAME, name],
    );
    const location = rows[0]?.[0];
    if (typeof location !== 'string') throw new Error(NOTHING_YET);
    return location;
  }

  private async attach(uri: string, catalogs: Map<string, string>): Promise<string> {
    const known = catalogs.get(uri);
    if (known) return known;
    const { type, extension, target } = catalogDatabase(uri, this.options.access.catalogLogin);
    const name = `catalog_${catalogs.size}`;
    await this.load(extension);
    await this.connection.run(`ATTACH ${text(target)} AS ${name} (TYPE ${type}, READ_ONLY)`);
    catalogs.set(uri, name);
    return name;
  }
}

/** One secret a layer: each reader may read its own part of the bucket only. */
function bucketSecret(
  { endpoint, region, bucket }: LakeAccess,
  { layer, username, password }: LakeAccess['readers'][number],
): string {
  const url = new URL(endpoint);
  const scopes = [`s3://${bucket}/${layer}/`, `s3://${bucket}/warehouse/${layer}/`];
  return `CREATE SECRET ${identifier(`lake_${layer}`)} (TYPE s3, KEY_ID ${text(username)}, SECRET ${text(password)},
    REGION ${text(region)}, ENDPOINT ${text(url.host)}, URL_STYLE 'path', USE_SSL ${url.protocol === 'https:'},
    SCOPE [${scopes.map(text).join(', ')}])`;
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const identifier = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const timestamp = (at: Date): string =>
  `TIMESTAMP ${text(at.toISOString().replace('T', ' ').replace('Z', ''))}`;

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
