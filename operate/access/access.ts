import { aclKind } from '../../resources/acl/index';
import { AclClient } from '../../resources/acl/acl-client';
import { bucketKind } from '../../resources/bucket/index';
import { BucketClient } from '../../resources/bucket/bucket-client';
import { bucketUserKind } from '../../resources/bucket-user/index';
import { connectorKind } from '../../resources/connector/index';
import { ConnectClient } from '../../resources/connector/connect-client';
import { HttpClient } from '../../resources/http/http-client';
import { KafkaAdmin } from '../../resources/kafka/kafka-admin';
import { anyKind } from '../../resources/kind';
import type { KindName, ResourceKind } from '../../resources/kind';
import { kubernetesKind } from '../../resources/kubernetes/index';
import { MinioAdminClient } from '../../resources/minio/admin-client';
import { plainUserKind } from '../../resources/plain-user/index';
import type { PlainUserStore } from '../../resources/plain-user/index';
import { queryKind } from '../../resources/query/index';
import { KsqldbClient } from '../../resources/query/ksqldb-client';
import { quotaKind } from '../../resources/quota/index';
import { QuotaClient } from '../../resources/quota/quota-client';
import { scramUserKind } from '../../resources/scram-user/index';
import { ScramUserClient } from '../../resources/scram-user/scram-user-client';
import { MissingSecretError } from '../../resources/secret';
import type { SecretReader } from '../../resources/secret';
import { subjectKind } from '../../resources/subject/index';
import { RegistryClient } from '../../resources/subject/registry-client';
import { topicKind } from '../../resources/topic/index';
import { TopicClient } from '../../resources/topic/topic-client';
import { adminLogin } from '../../stacks/admin-login';
import { secretFile } from '../../stacks/names';
import type { Credentials, Environment } from '../../stacks/environment-schema';
import type { AllowedCalls } from './allowed-calls';
import { httpGuard, kafkaGuard, ksqldbGuard } from './guards';

export interface AccessOptions {
  readonly environment: Environment;
  /** What may be sent at all. */
  readonly allow: AllowedCalls;
  readonly readSecret: SecretReader;
  /** Where the gateways' listener keeps its users, for one who can see that. */
  readonly plainUsers?: Pick<PlainUserStore, 'read'>;
}

/** The clients of one environment. Each is made when it is first asked for, and throws then when a secret is lacking. */
export interface Access {
  readonly kafka: () => KafkaAdmin;
  readonly topics: () => TopicClient;
  readonly acls: () => AclClient;
  readonly quotas: () => QuotaClient;
  readonly scramUsers: () => ScramUserClient;
  readonly plainUsers: () => PlainUserStore;
  readonly registry: () => RegistryClient;
  readonly ksqldb: () => KsqldbClient;
  /** By the REST root of a cluster. */
  readonly connect: (url: string) => ConnectClient;
  readonly buckets: () => BucketClient;
  readonly minioAdmin: () => MinioAdminClient;
  /** The kind of that name over these clients. */
  readonly kind: (name: KindName) => ResourceKind;
  readonly close: () => Promise<void>;
}

/** Connects to an environment with nothing more than the calls that are allowed. */
export function openAccess(options: AccessOptions): Access {
  const { environment, allow, readSecret } = options;
  const kafka = once(
    () => new KafkaAdmin(kafkaEndpoint(environment), adminLogin(environment, readSecret), kafkaGuard(allow)),
  );
  const registry = once(() => {
    const guard = httpGuard('registry', allow.registry);
    const login = httpLogin(environment.registry.credentials, options, 'registry');
    return new RegistryClient(new HttpClient({ url: environment.registry.url, login, guard }));
  });
  const ksqldb = once(() => {
    const login = httpLogin(environment.ksqldb.credentials, options, 'ksqldb');
    return new KsqldbClient(
      new HttpClient({ url: environment.ksqldb.url, login, guard: ksqldbGuard(allow) }),
    );
  });
  const connect = byKey((url) => {
    const login = connectLogin(url, options);
    return new ConnectClient(url, { login, guard: httpGuard('Connect', allow.connect) });
  });
  const buckets = once(() => bucketClient(options));
  const minioAdmin = once(() => minioAdminClient(options));
  const topics = once(() => new TopicClient(kafka()));
  const acls = once(() => new AclClient(kafka()));
  const quotas = once(() => new QuotaClient(kafka()));
  const scramUsers = once(
    () => new ScramUserClient({ kafka: kafka(), endpoint: kafkaEndpoint(environment), readSecret }),
  );
  const makers: Readonly<Record<KindName, () => ResourceKind>> = {
    topic: () => anyKind(topicKind(topics())),
    'scram-user': () => anyKind(scramUserKind(scramUsers())),
    acl: () => anyKind(aclKind(acls())),
    quota: () => anyKind(quotaKind(quotas())),
    'plain-user': () => anyKind(plainUserKind(plainUsers(options), readSecret)),
    subject: () => anyKind(subjectKind(registry())),
    query: () => anyKind(queryKind(ksqldb())),
    connector: () => anyKind(connectorKind(connect)),
    bucket: () => anyKind(bucketKind(buckets())),
    'bucket-user': () => anyKind(bucketUserKind(minioAdmin(), readSecret)),
    kubernetes: () => anyKind(kubernetesKind),
  };
  return {
    kafka,
    topics,
    acls,
    quotas,
    scramUsers,
    plainUsers: () => plainUsers(options),
    registry,
    ksqldb,
    connect,
    buckets,
    minioAdmin,
    kind: (name) => makers[name](),
    close: async () => {
      try {
        await kafka().close();
      } catch (error) {
        // Without its password no connection was made.
        if (!(error instanceof MissingSecretError)) throw error;
      }
    },
  };
}

function kafkaEndpoint({ kafka }: Environment) {
  return { bootstrap: kafka.bootstrap, caFile: kafka.caFile };
}

function httpLogin(
  credentials: Credentials | undefined,
  { environment, readSecret }: AccessOptions,
  file: string,
) {
  if (!credentials) return undefined;
  const reference = credentials.password ?? ownFile(environment, file);
  return { username: credentials.username, password: readSecret(reference) };
}

function connectLogin(url: string, options: AccessOptions) {
  const clusters = Object.entries(options.environment.connect.clusters);
  const [name, cluster] = clusters.find(([, one]) => one.url === url) ?? [];
  return httpLogin(cluster?.credentials, options, `connect-rest-${name}`);
}

function storeLogin({ environment, readSecret }: AccessOptions) {
  const { lake } = environment;
  const reference = lake.admin.password ?? ownFile(environment, secretFile.minioAdmin);
  return { region: lake.region, accessKey: lake.admin.username, secretKey: readSecret(reference) };
}

function bucketClient(options: AccessOptions): BucketClient {
  const guard = httpGuard('object store', options.allow.store);
  return new BucketClient({ endpoint: options.environment.lake.endpoint, ...storeLogin(options) }, guard);
}

function minioAdminClient(options: AccessOptions): MinioAdminClient {
  const guard = httpGuard('object store', options.allow.store);
  return new MinioAdminClient(options.environment.lake.endpoint, storeLogin(options), guard);
}

function plainUsers({ plainUsers: store }: AccessOptions): PlainUserStore {
  if (!store)
    throw new MissingSecretError(
      'the users of the gateways’ listener can only be seen where its secret lies',
    );
  return { read: store.read, put: () => Promise.reject(new Error('only read')) };
}

function ownFile({ secretsDirectory }: Environment, file: string): string {
  return `file:${secretsDirectory}/${file}`;
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function byKey<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}
