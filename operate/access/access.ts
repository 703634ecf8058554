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
import type { Environment } from '../../stacks/environment-schema';
import type { AllowedCalls } from './allowed-calls';
import { httpGuard, kafkaGuard, ksqldbGuard } from './guards';
import { loginsOf } from './logins';
import type { Login, Looker } from './logins';

export interface AccessOptions {
  readonly environment: Environment;
  /** What may be sent at all. */
  readonly allow: AllowedCalls;
  readonly readSecret: SecretReader;
  /** As whom; the one who applies where nothing is said. */
  readonly as?: Looker;
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
  const { environment, allow, readSecret, as = 'deployer' } = options;
  const logins = loginsOf(environment, as, readSecret);
  const kafka = once(() => new KafkaAdmin(kafkaEndpoint(environment), logins.kafka(), kafkaGuard(allow)));
  const registry = once(() => {
    const guard = httpGuard('registry', allow.registry);
    const { url } = environment.registry;
    return new RegistryClient(new HttpClient({ url, login: logins.registry(), guard }));
  });
  const ksqldb = once(() => {
    const { url } = environment.ksqldb;
    return new KsqldbClient(new HttpClient({ url, login: logins.ksqldb(), guard: ksqldbGuard(allow) }));
  });
  const connect = byKey((url) => {
    return new ConnectClient(url, { login: logins.connect(url), guard: httpGuard('Connect', allow.connect) });
  });
  const buckets = once(() => bucketClient(options, logins.store()));
  const minioAdmin = once(() => minioAdminClient(options, logins.store()));
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

function signingKey({ environment }: AccessOptions, { username, password }: Login) {
  return { region: environment.lake.region, accessKey: username, secretKey: password };
}

function bucketClient(options: AccessOptions, login: Login): BucketClient {
  const guard = httpGuard('object store', options.allow.store);
  const { endpoint } = options.environment.lake;
  return new BucketClient({ endpoint, ...signingKey(options, login) }, guard);
}

function minioAdminClient(options: AccessOptions, login: Login): MinioAdminClient {
  const guard = httpGuard('object store', options.allow.store);
  return new MinioAdminClient(options.environment.lake.endpoint, signingKey(options, login), guard);
}

function plainUsers({ plainUsers: store }: AccessOptions): PlainUserStore {
  if (!store)
    throw new MissingSecretError(
      'the users of the gateways’ listener can only be seen where its secret lies',
    );
  return { read: store.read, put: () => Promise.reject(new Error('only read')) };
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
