import type { ClusterName } from './environment-schema';

/** Part of the bucket: `raw` may hold IP addresses and has readers of its own. */
export type LakeLayer = 'raw' | 'curated';
export type LakeAccess = 'read' | 'write';

/** A user of the bucket and what it may do. */
export interface LakeUser {
  readonly name: string;
  readonly layers: readonly LakeLayer[];
  readonly access: LakeAccess;
}

const LAYER_OF_CLUSTER: Readonly<Record<ClusterName, LakeLayer>> = { critical: 'raw', curated: 'curated' };

/** Rewrites small files and removes what nothing refers to: the only one that works on both parts. */
export const LAKE_UPKEEP_USER = 'lake-upkeep';

/** A writer for each worker group with connectors, a reader of curated tables, one of raw for replays, and the upkeep. */
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
  ];
}

const OBJECT_ACTIONS: Readonly<Record<LakeAccess, readonly string[]>> = {
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
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function statement(actions: readonly string[], resources: readonly string[]): Record<string, unknown> {
  return { Effect: 'Allow', Action: [...actions].sort(), Resource: [...resources].sort() };
}
