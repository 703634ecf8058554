import type { DeclaredResource } from '../../resources/declared';
import { HIDDEN } from '../../resources/change';
import type { KindName } from '../../resources/kind';
import { compareTopic } from '../../resources/topic/compare';
import type { Topic } from '../../resources/topic/topic';
import type { Environment } from '../../stacks/environment-schema';
import type { Access } from '../access/access';
import { reasonNotChecked } from '../access/not-checked';
import { KIND_ORDER, declaredObjects } from '../declared';
import type { DeclaredObjects } from '../declared';
import { derivedTopics } from '../derived-topics';
import { findingsOf } from './classify-change';
import { deadLetterTopics, deadLetters } from './dead-letters';
import type { DriftFailure, DriftReport, Finding, NotChecked } from './finding';
import { UNDECLARED } from './undeclared';
import type { UndeclaredInput } from './undeclared';

export interface DriftInput {
  readonly stack: string;
  readonly environment: Environment;
  readonly resources: readonly DeclaredResource[];
  readonly access: Access;
  /** Names of the SQL files that have versions. */
  readonly versioned: readonly string[];
}

/** Compares what is declared with what the systems hold. Nothing is written; nothing is remembered. */
export async function detectDrift(input: DriftInput): Promise<DriftReport> {
  const started = Date.now();
  const declared = declaredObjects(input.resources);
  const results = await Promise.all(checksOf(input, declared).map(run));
  return {
    stack: input.stack,
    compared: KIND_ORDER.reduce((count, kind) => count + declared[kind].length, 0),
    findings: results.flatMap(({ findings }) => findings),
    notChecked: results.flatMap(({ notChecked }) => notChecked),
    failures: results.flatMap(({ failures }) => failures),
    durationMs: Date.now() - started,
  };
}

/** One question to one system: each may fail alone. */
interface Check {
  readonly kind: KindName;
  /** What stays unknown when it cannot be asked. */
  readonly name: string;
  readonly look: () => Promise<Outcome>;
}
interface Outcome {
  readonly findings: readonly Finding[];
  readonly notChecked?: readonly NotChecked[];
}

function checksOf(input: DriftInput, declared: DeclaredObjects): Check[] {
  const { access } = input;
  const listing: UndeclaredInput = { ...input, declared };
  const lists = KIND_ORDER.flatMap((kind): Check[] => {
    const look = UNDECLARED[kind];
    if (!look) return [];
    return [{ kind, name: 'undeclared ones', look: async () => ({ findings: await look(listing) }) }];
  });
  return [
    ...KIND_ORDER.map((kind) => (kind === 'topic' ? topicCheck : compareCheck)(kind, access, declared)),
    { kind: 'topic', name: 'topics that ksqlDB makes', look: () => compareDerived(access, declared) },
    {
      kind: 'topic',
      name: deadLetterTopics(declared).join(', ') || 'dead letters',
      look: async () => ({ findings: await deadLetters(access.kafka(), declared) }),
    },
    ...lists,
  ];
}

interface Result {
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  readonly failures: readonly DriftFailure[];
}

async function run({ kind, name, look }: Check): Promise<Result> {
  try {
    const { findings, notChecked = [] } = await look();
    return { findings, notChecked, failures: [] };
  } catch (error) {
    const reason = reasonNotChecked(error);
    if (reason !== undefined) return { findings: [], notChecked: [{ kind, name, reason }], failures: [] };
    return { findings: [], notChecked: [], failures: [{ kind, reason: (error as Error).message }] };
  }
}

function compareCheck(name: KindName, access: Access, declared: DeclaredObjects): Check {
  const desired = declared[name] as readonly unknown[];
  const all = `all ${desired.length} declared`;
  if (name === 'kubernetes')
    return { kind: name, name: all, look: () => Promise.resolve(kubernetes(desired)) };
  return {
    kind: name,
    name: all,
    look: async () => {
      if (desired.length === 0) return { findings: [] };
      const kind = access.kind(name);
      const live = await kind.read(desired);
      const keyed = desired.map((item) => ({ item, key: kind.key(item), live: live.get(kind.key(item)) }));
      return {
        findings: keyed.flatMap(({ item, key, live: found }) =>
          kind.compare(item, found).flatMap((change) => findingsOf({ kind: name, name: key }, change)),
        ),
        notChecked: keyed.flatMap(({ item, key, live: found }) => untried(name, key, item, found)),
      };
    },
  };
}

/** Topics that this user may not see are named; the others are compared. */
function topicCheck(kind: KindName, access: Access, declared: DeclaredObjects): Check {
  return {
    kind,
    name: `all ${declared.topic.length} declared`,
    look: async () => {
      const { seen, notChecked } = await seenTopics(access, declared.topic);
      const { findings } = await compareCheck(kind, access, { ...declared, topic: seen }).look();
      return { findings, notChecked };
    },
  };
}

async function seenTopics<T extends { readonly name: string }>(access: Access, topics: readonly T[]) {
  const hidden = await access.topics().hidden(topics.map(({ name }) => name));
  const reason = 'this user may not see it: DESCRIBE and DESCRIBE_CONFIGS are needed';
  return {
    seen: topics.filter(({ name }) => !hidden.has(name)),
    notChecked: [...hidden].sort().map((name): NotChecked => ({ kind: 'topic', name, reason })),
  };
}

function kubernetes(desired: readonly unknown[]): Outcome {
  const reason = 'made by pulumi up alone: pulumi preview --refresh compares it';
  return {
    findings: [],
    notChecked:
      desired.length > 0 ? [{ kind: 'kubernetes', name: `all ${desired.length} declared`, reason }] : [],
  };
}

/** A password that could not be tried, as its secret is not at hand. */
function untried(kind: KindName, name: string, desired: unknown, live: unknown): NotChecked[] {
  const tried = TRIED[kind];
  if (!tried || live === undefined || (live as Record<string, unknown>)[tried.outcome] !== undefined)
    return [];
  if (kind === 'bucket-user' && !(live as { enabled: boolean }).enabled) return [];
  const reference = (desired as Record<string, string>)[tried.secret] ?? HIDDEN;
  return [{ kind, name, reason: `its password was not tried: secret "${reference}" is not at hand` }];
}

const TRIED: Readonly<Partial<Record<KindName, { readonly outcome: string; readonly secret: string }>>> = {
  'scram-user': { outcome: 'passwordLogsIn', secret: 'password' },
  'plain-user': { outcome: 'hasPassword', secret: 'password' },
  'bucket-user': { outcome: 'secretLogsIn', secret: 'secret' },
};

/** Topics that ksqlDB makes are as their statement says; what it does not say is ksqlDB's to choose. */
async function compareDerived(access: Access, declared: DeclaredObjects): Promise<Outcome> {
  const { seen: derived, notChecked } = await seenTopics(access, derivedTopics(declared.query));
  const live = await access.topics().read(derived.map(({ name }) => name));
  const findings = derived.flatMap((topic) => {
    const found = live.get(topic.name);
    const desired: Topic = {
      name: topic.name,
      partitions: topic.partitions ?? found?.partitions ?? 1,
      replicationFactor: topic.replicationFactor ?? found?.replicationFactor ?? 1,
      config: topic.config,
      protect: false,
    };
    return compareTopic(desired, found).flatMap((change) =>
      findingsOf({ kind: 'topic', name: topic.name }, change),
    );
  });
  return { findings, notChecked };
}
