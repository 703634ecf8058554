import type { KafkaAdmin, KafkaSession } from '../kafka/kafka-admin';
import type { Acl } from './acl';

/** Entries a request: enough for a whole environment, few enough for one request's size. */
const BATCH = 500;

/** Reads and makes access control entries. */
export class AclClient {
  constructor(private readonly kafka: KafkaAdmin) {}

  /** All entries of the cluster. */
  async all(): Promise<Acl[]> {
    return this.kafka.run('reading ACLs', async ({ kafka, connection }) => {
      const filter = {
        resourceType: kafka.ResourceTypes.ANY,
        resourceName: null,
        resourcePatternType: kafka.ResourcePatternTypes.ANY,
        principal: null,
        host: null,
        operation: kafka.AclOperations.ANY,
        permissionType: kafka.AclPermissionTypes.ANY,
      };
      const { resources } = await kafka.describeAclsV3.api.async(connection, filter);
      return resources.flatMap((resource) =>
        resource.acls.map((acl) => ({
          principal: acl.principal,
          host: acl.host,
          permission: nameOf(kafka.AclPermissionTypes, acl.permissionType) as Acl['permission'],
          operation: nameOf(kafka.AclOperations, acl.operation) as Acl['operation'],
          resourceType: nameOf(kafka.ResourceTypes, resource.resourceType) as Acl['resourceType'],
          resourceName: resource.resourceName,
          pattern: nameOf(kafka.ResourcePatternTypes, resource.resourcePatternType) as Acl['pattern'],
        })),
      );
    });
  }

  async create(acls: readonly Acl[]): Promise<void> {
    for (let start = 0; start < acls.length; start += BATCH) {
      const batch = acls.slice(start, start + BATCH);
      await this.kafka.run('creating ACLs', async (session) => {
        await session.kafka.createAclsV3.api.async(
          session.connection,
          batch.map((acl) => wireAcl(session, acl)),
        );
      });
    }
  }

  async delete(acls: readonly Acl[]): Promise<void> {
    await this.kafka.run('deleting ACLs', async (session) => {
      await session.kafka.deleteAclsV3.api.async(
        session.connection,
        acls.map((acl) => wireAcl(session, acl)),
      );
    });
  }
}

function wireAcl({ kafka }: KafkaSession, acl: Acl) {
  return {
    resourceType: kafka.ResourceTypes[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: kafka.ResourcePatternTypes[acl.pattern],
    principal: acl.principal,
    host: acl.host,
    operation: kafka.AclOperations[acl.operation],
    permissionType: kafka.AclPermissionTypes[acl.permission],
  };
}

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  const found = Object.entries(table).find(([, code]) => code === value);
  return found?.[0] ?? String(value);
}
