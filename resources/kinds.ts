import { aclKind } from './acl/index';
import { AclClient } from './acl/acl-client';
import { bucketKind } from './bucket/index';
import { BucketClient } from './bucket/bucket-client';
import { bucketUserKind } from './bucket-user/index';
import { connectorKind } from './connector/index';
import { ConnectClient } from './connector/connect-client';
import type { PlatformEndpoints } from './endpoints';
import { HttpClient } from './http/http-client';
import { KafkaAdmin } from './kafka/kafka-admin';
import { anyKind } from './kind';
import type { ResourceKind } from './kind';
import { kubernetesKind } from './kubernetes/index';
import { MinioAdminClient } from './minio/admin-client';
import { plainUserKind } from './plain-user/index';
import { removePlainUsers } from './plain-user/remove';
import type { PlainUserStore } from './plain-user/index';
import type { UsersFile } from './plain-user/users-file';
import { queryKind } from './query/index';
import { KsqldbClient } from './query/ksqldb-client';
import { removeRetired } from './query/retire';
import type { Versions } from './query/versions';
import { quotaKind } from './quota/index';
import { QuotaClient } from './quota/quota-client';
import { scramUserKind } from './scram-user/index';
import { ScramUserClient } from './scram-user/scram-user-client';
import type { SecretReader } from './secret';
import { subjectKind } from './subject/index';
import { RegistryClient } from './subject/registry-client';
import { topicKind } from './topic/index';
import { TopicClient } from './topic/topic-client';

/** What the kinds need to reach an environment. */
export interface KindsOptions {
  readonly endpoints: PlatformEndpoints;
  readonly readSecret: SecretReader;
  /** Where the gateways' listener keeps its users. */
  readonly plainUsers: PlainUserStore & Pick<UsersFile, 'remove'>;
}

/** Every kind there is, connected; `close` ends the connections. */
export interface ConnectedKinds {
  readonly kinds: readonly ResourceKind[];
  /** Takes away versions of SQL files that are no longer declared; returns a sentence for each. */
  readonly removeRetired: (versions: Versions, declared: ReadonlySet<string>) => Promise<string[]>;
  /** Takes away users of the gateways' listener that are not among `declared`; returns a sentence for each. */
  readonly removePlainUsers: (declared: ReadonlySet<string>) => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** Connections are made when a kind is first asked. */
export function connectKinds({ endpoints, readSecret, plainUsers }: KindsOptions): ConnectedKinds {
  const password = (login: PlatformEndpoints['kafka']['admin']): string =>
    readSecret(`file:${login.passwordFile}`);
  const { username } = endpoints.kafka.admin;
  const kafka = new KafkaAdmin(endpoints.kafka, { username, password: password(endpoints.kafka.admin) });
  const { minio } = endpoints;
  const store = { region: minio.region, accessKey: minio.admin.username, secretKey: password(minio.admin) };
  const acls = new AclClient(kafka);
  const ksqldb = new KsqldbClient(new HttpClient({ url: endpoints.ksqldb.url }));
  const kinds = [
    anyKind(topicKind(new TopicClient(kafka))),
    anyKind(scramUserKind(new ScramUserClient({ kafka, endpoint: endpoints.kafka, readSecret }))),
    anyKind(aclKind(acls)),
    anyKind(quotaKind(new QuotaClient(kafka))),
    anyKind(plainUserKind(plainUsers, readSecret)),
    anyKind(subjectKind(new RegistryClient(new HttpClient({ url: endpoints.registry.url })))),
    anyKind(queryKind(ksqldb)),
    anyKind(connectorKind(cached((url) => new ConnectClient(url)))),
    anyKind(bucketKind(new BucketClient({ endpoint: minio.endpoint, ...store }))),
    anyKind(bucketUserKind(new MinioAdminClient(minio.endpoint, store), readSecret)),
    anyKind(kubernetesKind),
  ];
  return {
    kinds,
    removeRetired: (versions, declared) => removeRetired({ ksqldb, acls, versions, declared }),
    removePlainUsers: (declared) => removePlainUsers({ users: plainUsers, acls, declared }),
    close: () => kafka.close(),
  };
}

function cached<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}
