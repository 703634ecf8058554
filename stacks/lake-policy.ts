import type { ClusterName } from './environment-schema';

/** Part of the bucket: `raw` may hold IP addresses and has readers of its own. */
export type LakeLayer = 'raw' | 'curated';
export type LakeAccess = 'read' | 'write';

/** A user of the bucket and what it may do. */
export interface LakeUser {
  readonly name: string;
  readonly layer: LakeLayer;
  readonly access: LakeAccess;
}

const LAYER_OF_CLUSTER: Readonly<Record<ClusterName, LakeLayer>> = { critical: 'raw', curated: 'curated' };

/** A writer for each worker group with connectors, a reader of curated tables, and one of raw for replays. */
export function lakeUsers(clusters: readonly ClusterName[]): LakeUser[] {
  const writers = clusters.map((cluster) => ({
    name: `lake-connect-${cluster}`,
    layer: LAYER_OF_CLUSTER[cluster],
    access: 'write' as const,
  }));
  return [
    ...writers,
    { name: 'lake-query', layer: 'curated', access: 'read' },
    { name: 'lake-replay', layer: 'raw', access: 'read' },
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

/** The least policy: data and table metadata of one layer, and listing of those prefixes only. */
export function lakePolicy(bucket: string, { layer, access }: LakeUser): string {
  const prefixes = [`${layer}/*`, `warehouse/${layer}/*`];
  const arn = `arn:aws:s3:::${bucket}`;
  const statements = [
    statement(['s3:GetBucketLocation'], [arn]),
    {
      ...statement(['s3:ListBucket'], [arn]),
      Condition: { StringLike: { 's3:prefix': [...prefixes, layer, `warehouse/${layer}`] } },
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
