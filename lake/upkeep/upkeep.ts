import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { catalogProperties } from '../../stacks/catalog-properties';
import type { UpkeepRules } from '../../stacks/upkeep-job';
import type { LakeAccess } from '../access';

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
  /** Only count. */
  readonly countOnly?: boolean;
  /** After each table. */
  readonly onTable?: (report: TableUpkeep) => void;
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
  /** Rows whose declared time is over. */
  readonly droppedRows?: number;
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
      onTable?.(report);
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

function task({ access, login, rules, dryRun, countOnly = false }: UpkeepOptions): unknown {
  const { endpoint, region, bucket, catalogLogin } = access;
  return {
    ...rules,
    dryRun,
    countOnly,
    tables: access.tables.map(({ name, layer, retention, catalog }) => ({
      name,
      ...retention,
      catalog: catalogProperties({ endpoint, region, bucket, layer, catalog, store: login, catalogLogin }),
    })),
  };
}
