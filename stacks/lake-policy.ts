import type { ClusterName } from './environment-schema';

/** Part of the bucket: `raw` may hold IP addresses and has readers of its own. */
export type LakeLayer = 'raw' | 'curated';
/** `look`: settings of the bucket and of users, no object. */
export type LakeAccess = 'read' | 'write' | 'look';

/** A user of the bucket and what it may do. */
export interface LakeUser {
  readonly name: string;
  readonly layers: readonly LakeLayer[];
  readonly access: LakeAccess;
}

const LAYER_OF_CLUSTER: Readonly<Record<ClusterName, LakeLayer>> = { critical: 'raw', curated: 'curated' };

/** Rewrites small files and removes what nothing refers to: the only one that works on both parts. */
export const LAKE_UPKEEP_USER = 'lake-upkeep';

/** Sees what `./naap drift` compares, and no object. */
export const LAKE_DRIFT_USER = 'lake-drift';

/** A writer for each worker group with connectors, a reader of curated tables, one of raw for replays, the upkeep, and who looks for drift. */
export function lakeUsers(clusters: readonly ClusterName[]): LakeUser[] {
  const writers = clusters.map((cluster) => ({
    name: `lake-connect-${cluster}`,
    layers: [LAYER_OF_CLUSTER[cluster]],
    access: 'write' as const,
  }));
  return [
    ...writers,
    { name: 'lake-query', layers: ['curated'], access: 'read' },
    { name: 'lake-replay', layers: ['raw'], access: 'read' },
    { name: LAKE_UPKEEP_USER, layers: ['raw', 'curated'], access: 'write' },
    { name: LAKE_DRIFT_USER, layers: [], access: 'look' },
  ];
}

const OBJECT_ACTIONS: Readonly<Record<Exclude<LakeAccess, 'look'>, readonly string[]>> = {
  read: ['s3:GetObject'],
  write: [
    's3:AbortMultipartUpload',
    's3:DeleteObject',
    's3:GetObject',
    's3:ListMultipartUploadParts',
    's3:PutObject',
  ],
};

/** The least policy: data and table metadata of its layers, and listing of those prefixes only. */
export function lakePolicy(bucket: string, { layers, access }: LakeUser): string {
  if (access === 'look') return lookingPolicy(bucket);
  // Curated tables have their metadata beside their data.
  const folders = layers.flatMap((layer) => (layer === 'raw' ? [layer, `warehouse/${layer}`] : [layer]));
  const prefixes = folders.map((folder) => `${folder}/*`);
  const arn = `arn:aws:s3:::${bucket}`;
  const statements = [
    statement(['s3:GetBucketLocation'], [arn]),
    {
      ...statement(['s3:ListBucket'], [arn]),
      Condition: { StringLike: { 's3:prefix': [...prefixes, ...folders] } },
    },
    statement(
      OBJECT_ACTIONS[access],
      prefixes.map((prefix) => `${arn}/${prefix}`),
    ),
  ];
  return policyOf(statements);
}

/** MinIO takes actions of its administration only in statements of their own, which name no resource. */
function lookingPolicy(bucket: string): string {
  return policyOf([
    { Effect: 'Allow', Action: ['admin:GetPolicy', 'admin:GetUser', 'admin:ListUsers'] },
    statement(['s3:ListAllMyBuckets'], ['arn:aws:s3:::*']),
    statement(
      [
        's3:GetBucketLocation',
        's3:GetBucketPolicy',
        's3:GetBucketVersioning',
        's3:GetLifecycleConfiguration',
      ],
      [`arn:aws:s3:::${bucket}`],
    ),
  ]);
}

/** Without a word against it MinIO lets every user give itself another secret, and further keys. */
const KEEPS_ITS_SECRET = {
  Effect: 'Deny',
  Action: ['admin:CreateServiceAccount', 'admin:CreateUser', 'admin:UpdateServiceAccount'],
};

function policyOf(statements: readonly Record<string, unknown>[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [...statements, KEEPS_ITS_SECRET] });
}

function statement(actions: readonly string[], resources: readonly string[]): Record<string, unknown> {
  return { Effect: 'Allow', Action: [...actions].sort(), Resource: [...resources].sort() };
}
