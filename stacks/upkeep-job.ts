import type { Environment } from './environment-schema';
import { catalogProperties } from './catalog-properties';
import { LAKE_UPKEEP_USER } from './lake-policy';
import { secretFile } from './names';
import type { SinkDefinition, SinkTable } from './sinks';

/** What is to be done, in numbers. */
export interface UpkeepRules {
  /** Size that small files are put together to, bytes. */
  readonly targetBytes: number;
  /** A partition with fewer small files than this is left alone. */
  readonly minFiles: number;
  /** Snapshots older than this expire, ms; a time before that can no longer be asked for. */
  readonly keepSnapshotsMs: number;
  /** So many snapshots stay, however old: the sink finds its own place in them. */
  readonly keepSnapshots: number;
  /** A file that belongs to no snapshot goes when it is older than this, ms; younger ones may be a commit under way. */
  readonly orphansMs: number;
}

const DAY_MS = 86_400_000;

/** What upkeep does unless it is told otherwise. */
export const UPKEEP_RULES: UpkeepRules = {
  targetBytes: 134_217_728,
  minFiles: 5,
  keepSnapshotsMs: 7 * DAY_MS,
  keepSnapshots: 10,
  orphansMs: 3 * DAY_MS,
};

/** Where the job finds its secrets: files that a secret of Kubernetes holds. */
export const JOB_SECRETS = '/run/secrets/naap';

/** Of one table what `lake/upkeep/Upkeep.java` is told of its rows' time. */
export interface TableRetention {
  /** How long rows stay, ms; absent: for ever. */
  readonly keepMs?: number;
  /** How long rows stay that a newer one of their key has replaced, ms; absent: as long as others. */
  readonly supersededMs?: number;
  /** A changelog: what makes two rows the same. */
  readonly changelog?: 'keys' | 'windows';
}

/** How long the rows of a table stay: of a raw one as the environment says, of a curated one as its connector does. */
export function tableRetention(
  { path, row, kept }: SinkTable,
  { retention }: Environment['lake'],
): TableRetention {
  if (path.startsWith('raw/')) return { keepMs: retention.raw };
  if (!kept || (kept.rows === undefined && kept.superseded === undefined)) return {};
  return {
    ...(kept.rows === undefined ? {} : { keepMs: kept.rows }),
    ...(!row?.isTable
      ? {}
      : {
          changelog: row.window === undefined ? 'keys' : 'windows',
          ...(kept.superseded === undefined ? {} : { supersededMs: kept.superseded }),
        }),
  };
}

/** The task of a scheduled upkeep as `lake/upkeep/Upkeep.java` reads it from a file. Secrets stay references to files. */
export function upkeepTask({ lake }: Environment, sinks: readonly SinkDefinition[]): object {
  const { endpoint, region, bucket, catalog } = lake;
  const { credentials } = catalog;
  const reference = (file: string): string => `\${file:${JOB_SECRETS}/${file}}`;
  const login = { username: LAKE_UPKEEP_USER, password: reference(secretFile.lake(LAKE_UPKEEP_USER)) };
  const tables = sinks.flatMap(({ name: connector, tables: own }) =>
    own.map((table) => {
      const layer = table.path.split('/')[0]!;
      const place = { endpoint, region, bucket, layer, store: login };
      const catalogLogin = credentials && {
        username: credentials.username,
        password: reference(secretFile.catalog),
      };
      const properties = catalogProperties({
        ...place,
        catalog: { ...catalog, uri: catalog.uri.replace('{connector}', connector) },
        catalogLogin,
      });
      return { name: table.name, ...tableRetention(table, lake), catalog: properties };
    }),
  );
  return { ...UPKEEP_RULES, dryRun: false, tables };
}
