import type { DeclaredResource } from '../../resources/declared';
import type { KindName } from '../../resources/kind';
import type { Declaration } from '../../stacks/declaration';
import type { Environment } from '../../stacks/environment-schema';
import { reasonNotChecked } from '../access/not-checked';
import { declaredObjects } from '../declared';
import { readLive } from '../plan/live';
import type { LiveState } from '../plan/live';
import type { PlanEntry } from '../plan/entry';
import { makePlan } from '../plan/plan';
import { proposeBuckets, proposeBucketUsers } from './buckets';
import { proposeConnectors } from './connectors';
import { proposeGateways } from './gateways';
import { proposeIdentities } from './identities';
import type { AdoptInput, NotAdopted, Proposal, Proposals } from './proposal';
import { proposeQueries } from './queries';
import { proposeQuotas } from './quotas';
import { proposeSubjects } from './subjects';
import { proposeTopics } from './topics';

/** The program with the proposals in it, as the stack would run it. */
export interface Staged {
  readonly environment: Environment;
  readonly declaration: Declaration;
  readonly resources: readonly DeclaredResource[];
}
/** Runs the program on the project with these proposals; throws what the program throws. */
export type Stage = (proposals: readonly Proposal[]) => Promise<Staged>;

export interface Adoption {
  readonly proposals: readonly Proposal[];
  /** What a plan says of each object that was adopted: `unchanged`, or what the next apply would do to it. */
  readonly entries: readonly PlanEntry[];
  readonly left: readonly NotAdopted[];
  /** Kinds that could not be listed. */
  readonly notChecked: readonly string[];
  readonly staged: Staged;
  readonly live: LiveState;
}

/** Queries first: what they write is theirs, and no topic of its own. */
const PROPOSERS: readonly (readonly [KindName, (input: AdoptInput) => Promise<Proposals>])[] = [
  ['query', proposeQueries],
  ['connector', proposeConnectors],
  ['subject', proposeSubjects],
  ['topic', proposeTopics],
  ['scram-user', proposeIdentities],
  ['plain-user', proposeGateways],
  ['quota', proposeQuotas],
  ['bucket', proposeBuckets],
  ['bucket-user', proposeBucketUsers],
];

/** What is to be adopted: everything where nobody says which. */
export interface Wanted {
  readonly matches: (object: { readonly kind: KindName; readonly name: string }) => boolean;
  /** Absent: every kind. A system that holds none of these is not asked, so it may be away. */
  readonly kinds?: ReadonlySet<KindName>;
}

/** Finds what nobody declares and how it would be declared. Writes nothing: `stage` works on a copy of the project. */
export async function findAdoptions(input: AdoptInput, stage: Stage, wanted: Wanted): Promise<Adoption> {
  const notChecked: string[] = [];
  const found: Proposals[] = [];
  let known = input;
  for (const [kind, propose] of PROPOSERS.filter(([kind]) => asksFor(wanted, kind))) {
    try {
      const { proposals, left } = await propose(known);
      const chosen = proposals.filter(({ objects }) => objects.some(wanted.matches));
      found.push({ proposals: chosen, left: left.filter(wanted.matches) });
      if (kind === 'query') known = await withQueries(input, stage, chosen);
    } catch (error) {
      const reason = reasonNotChecked(error);
      if (reason === undefined) throw error;
      notChecked.push(`${kind}: ${reason}`);
    }
  }
  const proposals = found.flatMap((one) => one.proposals);
  const settled = await settle(input, stage, proposals, wanted.kinds);
  return { ...settled, left: [...found.flatMap(({ left }) => left), ...settled.left], notChecked };
}

/** Rights come with the identity that has them. */
function asksFor({ kinds }: Wanted, kind: KindName): boolean {
  return !kinds || kinds.has(kind) || (kind === 'scram-user' && kinds.has('acl'));
}

/** Topics and schemas that adopted queries write, and the rights that they need, are declared with them. */
async function withQueries(
  input: AdoptInput,
  stage: Stage,
  queries: readonly Proposal[],
): Promise<AdoptInput> {
  if (queries.length === 0) return input;
  const { staged } = await stageable(stage, queries);
  return { ...input, declared: declaredObjects(staged.resources) };
}

type Settled = Pick<Adoption, 'proposals' | 'entries' | 'left' | 'staged' | 'live'>;

/** Leaves out what the program does not take and what a plan refuses, until the rest stands. */
async function settle(
  input: AdoptInput,
  stage: Stage,
  all: readonly Proposal[],
  kinds?: ReadonlySet<KindName>,
): Promise<Settled> {
  const { kept, left, staged } = await stageable(stage, all);
  const declared = declaredObjects(staged.resources);
  // Nothing is adopted: there is nothing that a plan could refuse.
  if (kept.length === 0)
    return { proposals: [], entries: [], left, staged, live: await readLive(input.access, declared, kinds) };
  const live = await readLive(input.access, declared);
  const { entries } = await makePlan({
    stack: input.stack,
    environment: staged.environment,
    versions: staged.declaration.versions,
    resources: staged.resources,
    declared,
    live,
    against: 'the live systems',
    access: input.access,
  });
  const own = entries.filter(({ kind, name }) => kept.some((one) => isOf(one, kind, name)));
  const refused = own.filter(({ action }) => action === 'refused');
  if (refused.length === 0) return { proposals: kept, entries: own, left, staged, live };
  const gone = kept.filter(({ objects }) =>
    objects.some(({ kind, name }) => refused.some((entry) => entry.kind === kind && entry.name === name)),
  );
  const again = await settle(
    input,
    stage,
    kept.filter((one) => !gone.includes(one)),
    kinds,
  );
  return { ...again, left: [...left, ...gone.flatMap((one) => refusedObjects(one, refused)), ...again.left] };
}

function isOf({ objects }: Proposal, kind: KindName, name: string): boolean {
  return objects.some((one) => one.kind === kind && one.name === name);
}

function refusedObjects({ objects }: Proposal, refused: readonly PlanEntry[]): NotAdopted[] {
  return objects.map(({ kind, name }) => {
    const entry = refused.find((one) => one.kind === kind && one.name === name);
    if (!entry) return { kind, name, reason: 'what it belongs to is refused', remedy: 'mend that first' };
    return {
      kind,
      name,
      reason: `a plan would refuse it: ${entry.reason}`,
      remedy: entry.remedy ?? 'mend it where it is, then adopt it',
    };
  });
}

/** The proposals without those whose file the program does not take. */
async function stageable(
  stage: Stage,
  all: readonly Proposal[],
): Promise<Pick<Adoption, 'left' | 'staged'> & { readonly kept: readonly Proposal[] }> {
  let kept = all;
  const left: NotAdopted[] = [];
  for (;;) {
    try {
      return { staged: await stage(kept), kept, left };
    } catch (error) {
      const { message } = error as Error;
      const culprits = kept.filter(({ files }) => files.some(({ path }) => message.includes(path)));
      if (culprits.length === 0) throw error;
      kept = kept.filter((one) => !culprits.includes(one));
      const reason = `the program does not take it: ${message}`;
      left.push(
        ...culprits.flatMap(({ objects }) =>
          objects.map((one) => ({ ...one, reason, remedy: 'declare it by hand' })),
        ),
      );
    }
  }
}
