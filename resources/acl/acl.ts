import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

const OPERATIONS = {
  All: 'ALL',
  Read: 'READ',
  Write: 'WRITE',
  Create: 'CREATE',
  Delete: 'DELETE',
  Alter: 'ALTER',
  Describe: 'DESCRIBE',
  ClusterAction: 'CLUSTER_ACTION',
  DescribeConfigs: 'DESCRIBE_CONFIGS',
  AlterConfigs: 'ALTER_CONFIGS',
  IdempotentWrite: 'IDEMPOTENT_WRITE',
} as const;
const RESOURCE_TYPES = {
  Topic: 'TOPIC',
  Group: 'GROUP',
  Cluster: 'CLUSTER',
  TransactionalID: 'TRANSACTIONAL_ID',
} as const;
const PATTERNS = { Literal: 'LITERAL', Prefixed: 'PREFIXED' } as const;
const PERMISSIONS = { Allow: 'ALLOW', Deny: 'DENY' } as const;

/** One access control entry in the protocol's own words. */
export interface Acl {
  readonly principal: string;
  readonly host: string;
  readonly permission: (typeof PERMISSIONS)[keyof typeof PERMISSIONS];
  readonly operation: (typeof OPERATIONS)[keyof typeof OPERATIONS];
  readonly resourceType: (typeof RESOURCE_TYPES)[keyof typeof RESOURCE_TYPES];
  readonly resourceName: string;
  readonly pattern: (typeof PATTERNS)[keyof typeof PATTERNS];
}

const keyOf = <K extends string>(table: Record<K, string>) => z.enum(Object.keys(table) as [K, ...K[]]);
const inputs = z.object({
  aclPrincipal: z.string(),
  aclHost: z.string(),
  aclPermissionType: keyOf(PERMISSIONS),
  aclOperation: keyOf(OPERATIONS),
  aclResourceType: keyOf(RESOURCE_TYPES),
  aclResourceName: z.string(),
  resourcePatternTypeFilter: keyOf(PATTERNS).default('Literal'),
});

export function parseAcl(resource: DeclaredResource): Acl {
  const value = parseInputs(resource, inputs);
  return {
    principal: value.aclPrincipal,
    host: value.aclHost,
    permission: PERMISSIONS[value.aclPermissionType],
    operation: OPERATIONS[value.aclOperation],
    resourceType: RESOURCE_TYPES[value.aclResourceType],
    resourceName: value.aclResourceName,
    pattern: PATTERNS[value.resourcePatternTypeFilter],
  };
}

/** Every part of an entry is its identity: there is nothing in it that could be changed. */
export function aclKey(acl: Acl): string {
  const { permission, principal, operation, resourceType, pattern, resourceName, host } = acl;
  const name = pattern === 'PREFIXED' ? `${resourceName}*` : resourceName;
  return `${permission} ${principal} ${operation} ${resourceType} ${name}${host === '*' ? '' : ` from ${host}`}`;
}
