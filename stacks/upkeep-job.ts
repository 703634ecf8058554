import type { Environment } from './environment-schema';
import { catalogProperties } from './catalog-properties';
import { LAKE_UPKEEP_USER } from './lake-policy';
import { secretFile } from './names';
import type { SinkDefinition } from './sinks';

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

/** The task of a scheduled upkeep as `lake/upkeep/Upkeep.java` reads it from a file. Secrets stay references to files. */
export function upkeepTask({ lake }: Environment, sinks: readonly SinkDefinition[]): object {
  const { endpoint, region, bucket, catalog, retention } = lake;
  const { credentials } = catalog;
  const reference = (file: string): string => `\${file:${JOB_SECRETS}/${file}}`;
  const login = { username: LAKE_UPKEEP_USER, password: reference(secretFile.lake(LAKE_UPKEEP_USER)) };
  const tables = sinks.flatMap(({ name: connector, tables: own }) =>
    own.map(({ name, path }) => {
      const layer = path.split('/')[0]!;
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
      return { name, ...(layer === 'raw' ? { keepMs: retention.raw } : {}), catalog: properties };
    }),
  );
  return { ...UPKEEP_RULES, dryRun: false, tables };
}
