import type { TopicInfo } from '../../engine/index';
import type { Change } from '../../resources/change';
import type { Connector, LiveConnector } from '../../resources/connector/connector';
import { compareConnector } from '../../resources/connector/compare';
import type { DeclaredResource } from '../../resources/declared';
import type { KindName } from '../../resources/kind';
import type { LiveObject } from '../../resources/query/query';
import type { Versions } from '../../resources/query/versions';
import { compareSubject } from '../../resources/subject/index';
import type { LiveSubject, Subject } from '../../resources/subject/subject';
import { compareTopic } from '../../resources/topic/compare';
import type { LiveTopic, Topic } from '../../resources/topic/topic';
import type { Environment } from '../../stacks/environment-schema';
import type { SinkDefinition } from '../../stacks/sinks';
import type { Access } from '../access/access';
import { reasonNotChecked } from '../access/not-checked';
import type { DeclaredObjects } from '../declared';
import { kindForms } from '../kind-forms';
import { internalTopics } from '../sql/cost';
import { emptyWorld, worldAfter } from '../sql/world';
import { topicBytes } from '../topic-sizes';
import { askBroker, askConnect, askRegistry, incompatible } from './ask';
import { avroIncompatibility } from './avro-compatibility';
import { connectorRefusals } from './connector-refusals';
import { entryOf, refusedEntry } from './entry-of';
import type { Plan, PlanCost, PlanEntry, Reread } from './entry';
import type { LiveState } from './live';
import { planQueries } from './plan-queries';
import { withPolicy } from './policy';
import type { QueryPlan } from './plan-queries';
import type { Refusal } from './refusal';
import { estimateRereads } from './reread';
import { checkSinkVariants } from './sink-variants';

export interface PlanInput {
  readonly stack: string;
  readonly environment: Environment;
  readonly versions: Versions;
  /** What the program declares, as the policy rules see it. */
  readonly resources: readonly DeclaredResource[];
  readonly declared: DeclaredObjects;
  readonly live: LiveState;
  /** For people: the live systems, or a commit. */
  readonly against: string;
  /** The connectors with their tables: other sinks that could write them are asked about. */
  readonly sinks?: readonly SinkDefinition[];
  /** Absent: nobody is asked. */
  readonly access?: Access;
}

/** What applying the declaration would do to each resource, and what it would cost. Nothing is changed. */
export async function makePlan(input: PlanInput): Promise<Plan> {
  const started = Date.now();
  const notChecked: string[] = [...input.live.notChecked].map(([kind, reason]) => `${kind}: ${reason}`);
  const ask = <T>(what: string, question: () => Promise<T>, otherwise: T): Promise<T> =>
    question().catch((error: unknown) => {
      const reason = reasonNotChecked(error);
      if (reason === undefined) throw error;
      notChecked.push(`${what}: ${reason}`);
      return otherwise;
    });
  const [topics, subjects, connectors, queries] = await Promise.all([
    planTopics(input, ask),
    planSubjects(input, ask),
    planConnectors(input, ask),
    planAllQueries(input),
  ]);
  const [cost, rereads, sinkVariants] = await Promise.all([
    costOf(input, queries, ask),
    rereadsOf(input, queries, ask),
    variantsOf(input, ask),
  ]);
  const entries = [...topics, ...others(input), ...subjects, ...queries.entries, ...connectors];
  const { stack, against, resources, environment } = input;
  const judged = withPolicy(entries, resources, environment.name);
  const asked = { rereads, notChecked, sinkVariants };
  return { stack, against, entries: judged, cost, ...asked, durationMs: Date.now() - started };
}

/** Asks; what may not be asked is noted and answered with `otherwise`. */
type Ask = <T>(what: string, question: () => Promise<T>, otherwise: T) => Promise<T>;

function liveOf<L>({ live }: PlanInput, kind: KindName): ReadonlyMap<string, L> {
  return (live.objects[kind] ?? new Map()) as ReadonlyMap<string, L>;
}

/** Kinds that are only compared: whether a server would take the change cannot be asked. */
function others(input: PlanInput): PlanEntry[] {
  const asked = new Set<KindName>(['topic', 'subject', 'query', 'connector']);
  const kinds = kindForms().filter(({ name }) => !asked.has(name) && !input.live.notChecked.has(name));
  return kinds.flatMap((kind) =>
    (input.declared[kind.name] as readonly unknown[]).map((desired) => {
      const key = kind.key(desired);
      const [change] = kind.compare(desired, liveOf(input, kind.name).get(key));
      return entryOf(kind.name, key, change);
    }),
  );
}

async function planTopics(input: PlanInput, ask: Ask): Promise<PlanEntry[]> {
  if (input.live.notChecked.has('topic')) return [];
  const live = liveOf<LiveTopic>(input, 'topic');
  return Promise.all(
    input.declared.topic.map(async (topic: Topic) => {
      const [change] = compareTopic(topic, live.get(topic.name));
      const entry = entryOf('topic', topic.name, change);
      const { access } = input;
      if (!change || change.action === 'refused' || !access) return entry;
      const refusals = await ask(`topic ${topic.name}`, () => askBroker(access.kafka(), change), []);
      return refusals.length > 0 ? refusedEntry(entry, refusals, 'broker') : { ...entry, asked: ['broker'] };
    }),
  );
}

async function planSubjects(input: PlanInput, ask: Ask): Promise<PlanEntry[]> {
  if (input.live.notChecked.has('subject')) return [];
  const live = liveOf<LiveSubject>(input, 'subject');
  return Promise.all(
    input.declared.subject.map(async (subject) => {
      const found = live.get(subject.subject);
      const [change] = compareSubject(subject, found);
      const entry = entryOf('subject', subject.subject, change);
      if (!isNewSchema(change)) return entry;
      const { access } = input;
      if (!access) return withRefusals(entry, offlineCompatibility(subject, found), 'front end');
      const refusals = await ask(
        `subject ${subject.subject}`,
        () => askRegistry(access.registry(), subject, found),
        [],
      );
      return withRefusals(entry, refusals, 'registry');
    }),
  );
}

function isNewSchema(change: Change<Subject> | undefined): boolean {
  if (!change) return false;
  return change.action === 'create' || change.properties.some(({ path }) => path === 'schema');
}

function offlineCompatibility(subject: Subject, live: LiveSubject | undefined): Refusal[] {
  const reason = live && avroIncompatibility(live.schema, subject.schema, subject.compatibility);
  return reason === undefined ? [] : [incompatible(subject, reason)];
}

function withRefusals(entry: PlanEntry, refusals: readonly Refusal[], who: string): PlanEntry {
  return refusals.length > 0
    ? refusedEntry(entry, refusals, who)
    : { ...entry, asked: [...entry.asked, who] };
}

async function planConnectors(input: PlanInput, ask: Ask): Promise<PlanEntry[]> {
  if (input.live.notChecked.has('connector')) return [];
  const live = liveOf<LiveConnector>(input, 'connector');
  return Promise.all(
    input.declared.connector.map(async (connector: Connector) => {
      const [change] = compareConnector(connector, live.get(connector.name));
      const entry = entryOf('connector', connector.name, change);
      const own = connectorRefusals(connector);
      if (own.length > 0) return refusedEntry(entry, own, 'front end');
      const { access } = input;
      if (!change || !access) return entry;
      const refusals = await ask(
        `connector ${connector.name}`,
        () => askConnect(access.connect(connector.url), connector),
        [],
      );
      return withRefusals(entry, refusals, 'Connect');
    }),
  );
}

function variantsOf({ sinks, environment, access, live }: PlanInput, ask: Ask): Promise<string[]> {
  if (!sinks || !access || live.notChecked.has('connector')) return Promise.resolve([]);
  return ask('other sinks', () => checkSinkVariants(sinks, environment, (url) => access.connect(url)), []);
}

function planAllQueries(input: PlanInput): Promise<QueryPlan> {
  const { declared, live, versions } = input;
  const running = worldAfter(
    emptyWorld({ topics: topicInfos(input), schemas: schemas(input) }),
    live.statements,
  );
  const canAsk = input.access && !live.notChecked.has('query');
  return planQueries({
    queries: declared.query,
    live: liveOf<LiveObject>(input, 'query'),
    sources: live.sources,
    inserts: live.inserts,
    running,
    versions,
    client: canAsk ? input.access.ksqldb() : undefined,
  });
}

function topicInfos(input: PlanInput): ReadonlyMap<string, TopicInfo> {
  return new Map(
    input.declared.topic.map(({ name, partitions, replicationFactor, config }) => {
      const retention = config['retention.ms'];
      const known = retention === undefined ? {} : { retentionMs: Number(retention) };
      return [name, { partitions, replicas: replicationFactor, ...known }];
    }),
  );
}

function schemas({ declared }: PlanInput): ReadonlyMap<string, string> {
  return new Map(declared.subject.map(({ subject, schema }) => [subject, schema]));
}

async function costOf(input: PlanInput, queries: QueryPlan, ask: Ask): Promise<PlanCost> {
  const { serviceId } = input.environment.ksqldb;
  const topics = queries.all.flatMap((plan) => internalTopics(plan, queries.world, serviceId));
  const { access } = input;
  return {
    persistentQueries: queries.all.length,
    internalTopics: topics.length,
    internalPartitions: topics.reduce((sum, { partitions }) => sum + partitions, 0),
    stateBytes: access && (await ask('state', () => changelogBytes(access, serviceId), undefined)),
  };
}

/** Bytes in every changelog of the environment's ksqlDB. */
async function changelogBytes(access: Access, serviceId: string): Promise<number> {
  const kafka = access.kafka();
  const names = await kafka.run('listing topics', ({ admin }) =>
    admin.listTopics({ includeInternals: true }),
  );
  const prefix = `_confluent-ksql-${serviceId}query_`;
  const own = names.filter((name) => name.startsWith(prefix) && name.endsWith('-changelog'));
  const bytes = await topicBytes(kafka, own);
  return [...bytes.values()].reduce((sum, one) => sum + one, 0);
}

function rereadsOf(input: PlanInput, queries: QueryPlan, ask: Ask): Promise<readonly Reread[]> {
  const { access, declared } = input;
  if (!access || queries.created.length === 0) return Promise.resolve([]);
  return ask<readonly Reread[]>(
    'what new queries read again',
    () =>
      estimateRereads({
        created: queries.created,
        queries: declared.query,
        connectors: declared.connector,
        kafka: access.kafka(),
        readTopics: (names) => access.topics().read(names),
      }),
    [],
  );
}
