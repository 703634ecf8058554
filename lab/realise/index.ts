import path from 'node:path';
import type { DeclaredResource } from '../../resources/declared';
import type { PlatformEndpoints } from '../../resources/endpoints';
import { groupByKind } from '../../resources/group-by-kind';
import type { KindName, ResourceKind } from '../../resources/kind';
import { connectKinds } from '../../resources/kinds';
import { usersFile } from '../../resources/plain-user/users-file';
import { readDeclaration } from '../../stacks/declaration';
import { readSecretReference } from '../../resources/secret';
import type { LabSettings } from '../settings';
import { plainUsersFile } from '../platform/plain-users';
import { collect as collectStack } from './collect';
import { KIND_NEEDS, LAKE_KINDS } from './kind-order';
import { realiseKind } from './realise-kind';
import { RealiseError } from './report';
import type { KindReport, RealiseProgress, RealiseReport } from './report';
import { ensureSecretFiles } from './secret-files';
import { stackVariables } from './variables';

export interface RealiseOptions {
  readonly settings: LabSettings;
  /** Name of the stack; `dev` by default. */
  readonly stack?: string;
  /** Resolves when the object store answers: buckets, their users and connectors wait for it, the rest does not. */
  readonly lakeReady?: Promise<void>;
  /** Kinds to leave out, e.g. `query` where no ksqlDB runs. They are named in the report. */
  readonly skip?: readonly KindName[];
  readonly onProgress?: (progress: RealiseProgress) => void;
}

/** Every resource that the program declares for `stack` on this platform. */
export function collect(
  endpoints: PlatformEndpoints,
  { settings, stack = 'dev' }: Pick<RealiseOptions, 'settings' | 'stack'>,
): Promise<readonly DeclaredResource[]> {
  const { brokers } = endpoints.kafka;
  return collectStack({
    root: settings.root,
    stack,
    variables: stackVariables(endpoints, settings.runDir),
    // The dev stack is declared for one broker.
    replication: brokers > 1 ? { replicationFactor: brokers, minInsyncReplicas: brokers - 1 } : undefined,
  });
}

/**
 * Makes the platform as the stack declares it. Doing it again changes nothing.
 * @throws RealiseError when something failed or was refused, after all that does not need it was made
 */
export async function realise(endpoints: PlatformEndpoints, options: RealiseOptions): Promise<RealiseReport> {
  const started = Date.now();
  const { settings, stack = 'dev', skip = [] } = options;
  const resources = await collect(endpoints, options);
  ensureSecretFiles(resources, path.dirname(endpoints.kafka.admin.passwordFile));
  const { kinds, removeRetired, removePlainUsers, close } = connectKinds({
    endpoints,
    readSecret: readSecretReference,
    plainUsers: usersFile(plainUsersFile(settings.runDir)),
  });
  try {
    const groups = groupByKind(resources, kinds);
    const reports = await new Realisation(groups, options).run();
    const removed = skip.includes('query')
      ? []
      : await removeRetired(readDeclaration(settings.root).versions, declaredQueries(resources));
    const gone = skip.includes('plain-user') ? [] : await removePlainUsers(declaredGateways(resources));
    return {
      stack,
      kinds: reports.map((report) => withRemoved(report, { query: removed, 'plain-user': gone })),
      skipped: skip,
      durationMs: Date.now() - started,
    };
  } finally {
    await close();
  }
}

function declaredQueries(resources: readonly DeclaredResource[]): ReadonlySet<string> {
  const queries = resources.filter(({ type }) => type === 'naap:ksqldb:Query');
  return new Set(queries.map(({ inputs }) => inputs.object as string));
}

function declaredGateways(resources: readonly DeclaredResource[]): ReadonlySet<string> {
  const users = resources.filter(({ type }) => type === 'naap:kafka:PlainUser');
  return new Set(users.map(({ inputs }) => inputs.username as string));
}

/** What went is a change too. */
function withRemoved(report: KindReport, all: Partial<Record<KindName, readonly string[]>>): KindReport {
  const removed = all[report.kind] ?? [];
  return { ...report, changed: report.changed + removed.length, changes: [...report.changes, ...removed] };
}

/**
 * Makes the secrets that the stack refers to and that are not there yet, as nobody else would in the lab: what a real
 * `pulumi up` onto this platform needs before it starts.
 */
export async function ensureStackSecrets(
  endpoints: PlatformEndpoints,
  options: Pick<RealiseOptions, 'settings' | 'stack'>,
): Promise<void> {
  ensureSecretFiles(await collect(endpoints, options), path.dirname(endpoints.kafka.admin.passwordFile));
}

/** Runs every kind as soon as those that it needs are done. */
class Realisation {
  private readonly runs = new Map<KindName, Promise<KindReport | undefined>>();
  private readonly problems: string[] = [];
  private readonly byName: ReadonlyMap<KindName, ResourceKind>;

  constructor(
    private readonly groups: ReadonlyMap<ResourceKind, readonly DeclaredResource[]>,
    private readonly options: RealiseOptions,
  ) {
    this.byName = new Map([...groups.keys()].map((kind) => [kind.name, kind]));
  }

  async run(): Promise<KindReport[]> {
    const reports = await Promise.all([...this.byName.keys()].map((name) => this.start(name)));
    if (this.problems.length > 0) throw new RealiseError(this.problems);
    return reports.flatMap((report) => report ?? []);
  }

  /** Undefined when it was skipped or failed. */
  private start(name: KindName): Promise<KindReport | undefined> {
    const run = this.runs.get(name) ?? this.runKind(name);
    this.runs.set(name, run);
    return run;
  }

  private async runKind(name: KindName): Promise<KindReport | undefined> {
    if (this.options.skip?.includes(name)) return undefined;
    const needed = KIND_NEEDS[name].filter((other) => !this.options.skip?.includes(other));
    if (needed.length > 0 || LAKE_KINDS.has(name))
      this.progress(name, 'waiting', this.waitsFor(name, needed));
    const before = await Promise.all(needed.map((other) => this.start(other)));
    if (before.includes(undefined))
      return this.failed(name, `not made, as ${needed[before.indexOf(undefined)]} failed`);
    try {
      if (LAKE_KINDS.has(name)) await this.options.lakeReady;
      const kind = this.byName.get(name)!;
      return await realiseKind(kind, this.groups.get(kind)!, (state, text) =>
        this.progress(name, state, text),
      );
    } catch (error) {
      return this.failed(name, (error as Error).message);
    }
  }

  private waitsFor(name: KindName, needed: readonly KindName[]): string {
    return `waits for ${[...needed, ...(LAKE_KINDS.has(name) ? ['the object store'] : [])].join(', ')}`;
  }

  private failed(name: KindName, reason: string): undefined {
    this.problems.push(...reason.split('\n').map((line) => `${name}: ${line}`));
    this.progress(name, 'failed', reason);
    return undefined;
  }

  private progress(kind: KindName, state: RealiseProgress['state'], text: string): void {
    this.options.onProgress?.({ kind, state, text });
  }
}

export { readStack } from './collect';
export { stackVariables } from './variables';
export { RealiseError, changeCount } from './report';
export type { KindReport, RealiseProgress, RealiseReport } from './report';
