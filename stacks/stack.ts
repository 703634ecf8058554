import * as kafka from '@pulumi/kafka';
import * as kubernetes from '@pulumi/kubernetes';
import * as minio from '@pulumi/minio';
import type { SqlObject } from '../resources/query/sql-files';
import { deriveAcls } from './acls';
import { ConnectClusters } from './components/connect-clusters';
import { Lake } from './components/lake';
import { LakeUpkeep } from './components/lake-upkeep';
import { Principals } from './components/principals';
import type { PrincipalsArgs } from './components/principals';
import { Rollups } from './components/rollups';
import { ScraperDeployment } from './components/scraper';
import { SinkAlerts } from './components/sink-alerts';
import { Sinks } from './components/sinks';
import { Subjects } from './components/subjects';
import type { SubjectsArgs } from './components/subjects';
import { TelemetryTopics } from './components/telemetry-topics';
import { TrinoCatalog } from './components/trino-catalog';
import { effectiveDeclaration } from './effective-declaration';
import type { DeclarationInput } from './effective-declaration';
import type { ClusterName, Credentials, Environment } from './environment-schema';
import { lakeUsers } from './lake-policy';
import { Provider } from './naap/provider';
import type { ProviderArgs } from './naap/provider';
import { secretFile } from './names';
import { principalNeeds, scramUsers } from './principals';
import type { SecretSource } from './secret-source';
import type { SinkDefinition } from './sinks';
import { declaredTopics } from './topics';
import { trinoCatalogs } from './trino-catalogs';
import { wholeConnectorsOf } from './whole-connector';

/** Everything that the program is a function of. */
export interface StackInput extends DeclarationInput {
  readonly secrets: SecretSource;
}

/** Declares every resource of one environment. The same program runs under `pulumi up` and in the lab. */
export function declareStack(input: StackInput): void {
  const { environment, declaration } = input;
  const { connectors, queries } = effectiveDeclaration(input);
  const kafkaProvider = new kafka.Provider('kafka', kafkaProviderArgs(input));
  const provider = new Provider('naap', providerArgs(input));
  const cluster = kubernetesProvider(environment);
  const topics = new TelemetryTopics('telemetry', {
    topics: declaredTopics(environment, connectors),
    provider: kafkaProvider,
  });
  const principals = declarePrincipals(input, connectors, queries, {
    kafka: kafkaProvider,
    naap: provider,
    kubernetes: cluster,
  });
  const registry = registryArgs(input);
  const subjects = new Subjects('subjects', {
    schemas: declaration.schemas,
    adopted: environment.adopted.subjects,
    registry,
    provider,
  });
  const lake = declareLake(input, connectors);
  const rollups = new Rollups(
    'rollups',
    { queries, ksqldb: ksqldbArgs(input), provider },
    { dependsOn: [topics, subjects, principals] },
  );
  const workers =
    cluster &&
    new ConnectClusters('connect', { environment, provider: cluster }, { dependsOn: [principals] });
  new Sinks(
    'sinks',
    {
      environment,
      connectors,
      whole: wholeConnectorsOf(declaration.wholeConnectors ?? [], environment),
      login: (name) => connectLogin(input, name),
      rollups,
      provider,
    },
    { dependsOn: [topics, subjects, principals, lake, ...(workers ? [workers] : [])] },
  );
  declareScraper(environment, cluster, [topics, subjects, principals]);
  if (cluster) declareLakeInKubernetes(input, connectors, cluster);
}

/** What watches, keeps and reads the lake, where each is asked for. */
function declareLakeInKubernetes(
  { environment, declaration }: StackInput,
  sinks: readonly SinkDefinition[],
  provider: kubernetes.Provider,
): void {
  const { alerts, lake } = environment;
  const { upkeep, trino } = lake;
  const program = declaration.upkeepProgram ?? '';
  if (alerts) new SinkAlerts('sink-alerts', { alerts, sinks, provider });
  if (upkeep) new LakeUpkeep('lake-upkeep', { environment, upkeep, sinks, program, provider });
  if (trino) new TrinoCatalog('trino', { ...trino, files: trinoCatalogs(environment, sinks), provider });
}

function declarePrincipals(
  input: StackInput,
  connectors: readonly SinkDefinition[],
  queries: readonly SqlObject[],
  providers: PrincipalsArgs['providers'],
): Principals {
  const { environment } = input;
  const sources = { environment, connectors, queries };
  return new Principals('principals', {
    environment,
    scramUsers: scramUsers(sources),
    acls: deriveAcls(principalNeeds(sources)),
    kafkaPassword: (principal) => ownSecret(input, secretFile.kafka(principal)),
    plainPassword: (gateway) => ownSecret(input, secretFile.plain(gateway)),
    providers,
  });
}

function declareLake(input: StackInput, connectors: readonly SinkDefinition[]): Lake {
  const { lake } = input.environment;
  const endpoint = new URL(lake.endpoint);
  const provider = new minio.Provider('minio', {
    minioServer: endpoint.host,
    minioSsl: endpoint.protocol === 'https:',
    minioRegion: lake.region,
    minioUser: lake.admin.username,
    minioPassword: password(input, lake.admin, secretFile.minioAdmin),
  });
  const clusters = [...new Set(connectors.map(({ cluster }) => cluster))].sort();
  const secret = (user: string): ReturnType<SecretSource> => ownSecret(input, secretFile.lake(user));
  return new Lake('lake', {
    lake,
    users: lakeUsers(clusters),
    adopted: input.environment.adopted,
    password: secret,
    provider,
  });
}

function kubernetesProvider({ kubernetes: cluster }: Environment): kubernetes.Provider | undefined {
  return cluster && new kubernetes.Provider('kubernetes', { context: cluster.context });
}

function declareScraper(
  environment: Environment,
  provider: kubernetes.Provider | undefined,
  dependsOn: (TelemetryTopics | Subjects | Principals)[],
): void {
  const { scraper } = environment;
  if (!scraper || !provider) return;
  new ScraperDeployment('scraper', { environment, scraper, provider }, { dependsOn });
}

function kafkaProviderArgs(input: StackInput): kafka.ProviderArgs {
  const { kafka: settings } = input.environment;
  return {
    bootstrapServers: settings.bootstrap,
    tlsEnabled: settings.tls,
    caCertFile: settings.caFile,
    saslMechanism: 'scram-sha512',
    saslUsername: settings.admin.username,
    saslPassword: password(input, settings.admin, secretFile.kafka(settings.admin.username)),
  };
}

/** What `pulumi import` needs to find an object by its name. */
function providerArgs(input: StackInput): ProviderArgs {
  const { connect, kafka } = input.environment;
  const registry = registryArgs(input);
  const ksqldb = ksqldbArgs(input);
  const urls = Object.values(connect.clusters).map(({ url }) => url);
  const connectRest = connectLogin(input, 'critical');
  return {
    registryUrl: registry.registryUrl,
    registryUsername: registry.username,
    registryPassword: registry.password,
    ksqldbUrl: ksqldb.ksqldbUrl,
    ksqldbUsername: ksqldb.username,
    ksqldbPassword: ksqldb.password,
    connectUrls: [...new Set(urls)].join(','),
    connectUsername: connectRest.username,
    connectPassword: connectRest.password,
    plainUsersFile: 'file' in kafka.plainUsers ? kafka.plainUsers.file : undefined,
  };
}

function connectLogin(input: StackInput, cluster: ClusterName): ReturnType<typeof login> {
  return login(input, input.environment.connect.clusters[cluster].credentials, `connect-rest-${cluster}`);
}

function registryArgs(input: StackInput): SubjectsArgs['registry'] {
  const { url, credentials } = input.environment.registry;
  return { registryUrl: url, ...login(input, credentials, 'registry') };
}

function ksqldbArgs(input: StackInput): { ksqldbUrl: string } & ReturnType<typeof login> {
  const { url, credentials } = input.environment.ksqldb;
  return { ksqldbUrl: url, ...login(input, credentials, 'ksqldb') };
}

function login(
  input: StackInput,
  credentials: Credentials | undefined,
  file: string,
): { username?: string; password?: ReturnType<SecretSource> } {
  return credentials ? { username: credentials.username, password: password(input, credentials, file) } : {};
}

function password(input: StackInput, credentials: Credentials, file: string): ReturnType<SecretSource> {
  return credentials.password ? input.secrets(credentials.password) : ownSecret(input, file);
}

/** The file of a user in the environment's secrets folder. */
function ownSecret({ environment, secrets }: StackInput, file: string): ReturnType<SecretSource> {
  return secrets(`file:${environment.secretsDirectory}/${file}`);
}
