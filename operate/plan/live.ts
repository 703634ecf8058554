import type { KindName } from '../../resources/kind';
import { insertsOf } from '../../resources/query/ksqldb-client';
import type { KsqldbState } from '../../resources/query/ksqldb-client';
import { dependencyOrder } from '../../resources/query/dependency-order';
import { statementFacts } from '../../resources/query/statement-facts';
import { parseStatement } from '../../engine/index';
import type { Access } from '../access/access';
import { reasonNotChecked } from '../access/not-checked';
import { KIND_ORDER } from '../declared';
import type { DeclaredObjects } from '../declared';
import { kindForms } from '../kind-forms';
import type { StatementInput } from '../sql/world';
import { LIVE_FROM_DECLARED } from './live-from-declared';

/** What the declaration is compared with. */
export interface LiveState {
  /** By kind and key; a kind that could not be read is absent. */
  readonly objects: Readonly<Partial<Record<KindName, ReadonlyMap<string, unknown>>>>;
  /** Every statement that runs, each after those that it needs. */
  readonly statements: readonly StatementInput[];
  /** All names that ksqlDB has, also of what nobody declares. */
  readonly sources: readonly string[];
  /** Running INSERT INTO queries, which have no name but their id, with the objects that they write into. */
  readonly inserts: readonly RunningInsert[];
  /** By kind, why it could not be read. */
  readonly notChecked: ReadonlyMap<KindName, string>;
}

export interface RunningInsert {
  readonly id: string;
  readonly sinks: readonly string[];
}

/** Asks every system for the declared objects; with `kinds` only those that hold them. */
export async function readLive(
  access: Access,
  declared: DeclaredObjects,
  kinds: ReadonlySet<KindName> = new Set(KIND_ORDER),
): Promise<LiveState> {
  const notChecked = new Map<KindName, string>();
  const read = async (
    name: KindName,
  ): Promise<readonly [KindName, ReadonlyMap<string, unknown> | undefined]> => {
    try {
      const desired = declared[name] as readonly unknown[];
      return [name, desired.length === 0 ? new Map() : await access.kind(name).read(desired)];
    } catch (error) {
      const reason = reasonNotChecked(error);
      if (reason === undefined) throw error;
      notChecked.set(name, reason);
      return [name, undefined];
    }
  };
  const found = await Promise.all(KIND_ORDER.filter((kind) => kinds.has(kind)).map(read));
  const state = notChecked.has('query') || !kinds.has('query') ? undefined : await access.ksqldb().state();
  return {
    objects: Object.fromEntries(found.filter(([, live]) => live !== undefined)),
    statements: state ? runningStatements(state) : [],
    sources: [...(state?.sources.keys() ?? [])],
    inserts: state ? insertsOf(state) : [],
    notChecked,
  };
}

/** What would be live if another declaration, e.g. that of a commit, had been applied. */
export function liveAsDeclared(base: DeclaredObjects): LiveState {
  const objects = Object.fromEntries(
    kindForms().map((kind) => {
      const live = LIVE_FROM_DECLARED[kind.name] as (desired: unknown) => unknown;
      return [
        kind.name,
        new Map((base[kind.name] as readonly unknown[]).map((item) => [kind.key(item), live(item)])),
      ];
    }),
  );
  return {
    objects,
    statements: base.query.flatMap(({ statements }) => statements),
    sources: base.query.map(({ name }) => name),
    inserts: [],
    notChecked: new Map(),
  };
}

/** In an order in which they could be run again: a source over a topic comes after the object that writes it. */
export function runningStatements({ sources, queries }: KsqldbState): StatementInput[] {
  const inserts = insertsOf({ queries }).map(({ id, text }) => [id, text] as const);
  const parsed = [...sources, ...inserts].flatMap(([name, text]) => {
    const facts = factsOf(text);
    return facts ? [{ name, text, facts, file: name }] : [];
  });
  const writers = new Map(
    parsed.flatMap(({ name, facts }) => (facts.writesTopic ? [[facts.writesTopic, name] as const] : [])),
  );
  const names = new Set(parsed.map(({ name }) => name));
  const ordered = dependencyOrder(
    parsed.map((one) => {
      const writer = one.facts.readsTopic === undefined ? undefined : writers.get(one.facts.readsTopic);
      const needs = [...one.facts.needs, ...(writer ? [writer] : [])];
      return { ...one, dependsOn: needs.filter((need) => names.has(need) && need !== one.name) };
    }),
  );
  return ordered.map(({ text }) => ({ text, properties: {} }));
}

function factsOf(text: string) {
  try {
    const parsed = parseStatement(text);
    return parsed && statementFacts(parsed.statement);
  } catch {
    // A statement of a newer server: what reads it is judged by that server alone.
    return undefined;
  }
}
