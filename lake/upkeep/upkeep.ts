import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LakeAccess, LakeTable } from '../access';

/** What is to be done, in numbers. */
export interface UpkeepRules {
  /** Size that small files are put together to, bytes. */
  readonly targetBytes: number;
  /** A partition with fewer small files than this is left alone. */
  readonly minFiles: number;
  /** Snapshots older than this expire, ms; a time before that can no longer be asked for. */
  readonly keepSnapshotsMs: number;
  /** So many snapshots stay, however old. */
  readonly keepSnapshots: number;
  /** A file that belongs to no snapshot goes when it is older than this, ms; younger ones may be a commit under way. */
  readonly orphansMs: number;
}

export interface UpkeepOptions {
  readonly access: LakeAccess;
  /** The user that may rewrite. */
  readonly login: { readonly username: string; readonly password: string };
  /** Folder with the jars of the Iceberg sink. */
  readonly jars: string;
  /** Folder of the checkout. */
  readonly root: string;
  readonly rules: UpkeepRules;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** After each table. */
  readonly onTable: (report: TableUpkeep) => void;
}

interface TableSize {
  readonly files: number;
  readonly smallFiles: number;
  readonly mostFilesInPartition: number;
  readonly bytes: number;
  readonly rows: number;
  readonly snapshots: number;
}

/** What was done to one table. */
export interface TableUpkeep {
  readonly table: string;
  /** Why it failed; the rest is what was done before. */
  readonly error?: string;
  /** No record has reached it yet. */
  readonly absent?: true;
  readonly before?: TableSize;
  readonly after?: TableSize;
  readonly rewrittenFiles?: number;
  readonly newFiles?: number;
  readonly expiredSnapshots?: number;
  readonly orphans?: number;
  readonly ms?: number;
}

const PROGRAM = 'lake/upkeep/Upkeep.java';
const KEPT_LINES = 20;

/**
 * Runs the upkeep with Iceberg's own library. Sinks may write meanwhile: every step is a commit of its own, and a conflict is tried again.
 * @throws when the program cannot be run; a table that fails is reported and the others go on
 */
export function upkeep(options: UpkeepOptions): Promise<TableUpkeep[]> {
  const { jars, root, onTable } = options;
  const reports: TableUpkeep[] = [];
  const stderr: string[] = [];
  return new Promise((resolve, reject) => {
    // A source file: no build step, and the jars are those that the sink itself uses.
    const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', `${jars}/*`, path.join(root, PROGRAM)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const report = JSON.parse(line) as TableUpkeep;
      reports.push(report);
      onTable(report);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      stderr.push(line);
      if (stderr.length > KEPT_LINES) stderr.shift();
    });
    child.once('error', (error) => reject(new Error(`java cannot be run: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0 || reports.length > 0) resolve(reports);
      else reject(new Error(`the upkeep ended with exit code ${code}:\n${stderr.join('\n')}`));
    });
    // Through standard input: secrets on a command line can be seen by every user of the machine.
    child.stdin.end(JSON.stringify(task(options)));
  });
}

function task({ access, login, rules, dryRun }: UpkeepOptions): unknown {
  return {
    ...rules,
    dryRun,
    tables: access.tables.map((table) => ({
      name: table.name,
      catalog: catalogProperties(access, login, table),
    })),
  };
}

/** https://iceberg.apache.org/docs/latest/configuration/#catalog-properties, as the sink of the table has them. */
function catalogProperties(
  access: LakeAccess,
  login: UpkeepOptions['login'],
  table: LakeTable,
): Record<string, string> {
  const { catalogLogin } = access;
  return {
    uri: withPatience(table.catalogUri),
    'jdbc.schema-version': 'V1',
    ...(catalogLogin ? { 'jdbc.user': catalogLogin.username, 'jdbc.password': catalogLogin.password } : {}),
    warehouse: `s3://${access.bucket}/warehouse/${table.layer}`,
    'io-impl': 'org.apache.iceberg.aws.s3.S3FileIO',
    's3.endpoint': access.endpoint,
    's3.path-style-access': 'true',
    's3.access-key-id': login.username,
    's3.secret-access-key': login.password,
    'client.region': access.region,
  };
}

/** A SQLite file is locked for some milliseconds while the sink commits: waiting is better than failing. */
function withPatience(uri: string): string {
  return uri.startsWith('jdbc:sqlite:') && !uri.includes('?') ? `${uri}?busy_timeout=30000` : uri;
}
