import { builtinFunctions } from '../../engine/index';
import { updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { meaningOf, propertiesOf, sameTree } from './meaning';
import type { Meaning } from './meaning';
import type { DeclaredQuery, LiveObject, LiveQuery, QueryStatement } from './query';

/** Properties whose values are names or formats: their case says nothing. */
const CASELESS = new Set([
  'KEY_FORMAT',
  'VALUE_FORMAT',
  'FORMAT',
  'TIMESTAMP',
  'WINDOW_TYPE',
  'CLEANUP_POLICY',
]);
const RUNNING = 'RUNNING';
/** The way out where ksqlDB cannot change an object in place. */
export const NEXT_VERSION =
  'declare its next version in ksql/versions.yaml, which is built beside the running one';

/** What makes the live object as declared. Statements are compared by meaning, never by text. */
export function compareQuery(desired: DeclaredQuery, live: LiveObject | undefined): Change<DeclaredQuery>[] {
  if (!live) return [{ action: 'create', desired }];
  const changes = desired.statements.flatMap((statement) => compareStatement(statement, live));
  const refusal = changes.find((change) => change.refusal);
  const properties = changes.map(({ property }) => property);
  if (refusal?.refusal) return [{ action: 'refused', desired, properties, ...refusal.refusal }];
  return updateIf(desired, properties);
}

interface StatementChange {
  readonly property: PropertyChange;
  /** Why the running object cannot become the declared one. */
  readonly refusal?: { readonly reason: string; readonly remedy: string };
}

function compareStatement(statement: QueryStatement, live: LiveObject): StatementChange[] {
  if (statement.facts.insertsInto !== undefined) return compareInsert(statement, live);
  if (live.statement === undefined) return [{ property: { path: 'statement', after: statement.text } }];
  const different = compareText(statement.text, live.statement);
  if (different) return [different];
  return statement.facts.writesTopic === undefined ? [] : stateChange(live.queries);
}

/** INSERT INTO has no name: the query of the same meaning is it. */
function compareInsert(statement: QueryStatement, live: LiveObject): StatementChange[] {
  const meaning = meaningOf(statement.text);
  const same = live.queries.filter((query) => isSameMeaning(meaning, query.text));
  if (same.length > 0) return stateChange(same);
  const [other] = live.queries;
  const property = { path: 'statement', before: other?.text, after: statement.text };
  if (!other) return [{ property }];
  const reason = `query ${other.id} writes into ${statement.facts.insertsInto} from the same sources, but says something else`;
  return [
    {
      property,
      refusal: { reason, remedy: `terminate it first (TERMINATE ${other.id};): both would write` },
    },
  ];
}

function stateChange(queries: readonly LiveQuery[]): StatementChange[] {
  const [query] = queries;
  if (!query) return [{ property: { path: 'query', after: RUNNING } }];
  if (query.state === RUNNING) return [];
  const property = { path: 'state', before: query.state, after: RUNNING };
  if (!query.state.includes('ERROR')) return [{ property }];
  const reason = `query ${query.id} is in ERROR`;
  return [
    {
      property,
      refusal: {
        reason,
        remedy: 'mend its cause (the server starts it again by itself), or ' + NEXT_VERSION,
      },
    },
  ];
}

/**
 * Whether a running statement can become another in place is the server's to say (CREATE OR REPLACE); what never can is
 * refused here: windows, joins, other groups or aggregates, another topic, format or key, and another kind of object.
 */
function compareText(declared: string, running: string): StatementChange | undefined {
  const after = meaningOf(declared);
  const before = meaningOf(running);
  const property = { path: 'statement', before: running, after: declared };
  const fixed = fixedProperty(propertiesOf(declared), propertiesOf(running));
  if (fixed)
    return {
      property,
      refusal: { reason: `${fixed} of a running object cannot change`, remedy: NEXT_VERSION },
    };
  if (isSame(after, before)) return undefined;
  const state = holdsState(after) ?? holdsState(before) ?? otherState(before, after);
  if (state)
    return {
      property,
      refusal: {
        reason: `its query ${state}, and such a query cannot be changed in place`,
        remedy: NEXT_VERSION,
      },
    };
  return { property };
}

/** Whether two statements say the same, however they are written. */
export function sameMeaning(declared: string, running: string): boolean {
  try {
    return compareText(declared, running) === undefined;
  } catch {
    return false;
  }
}

function isSameMeaning(meaning: Meaning, text: string): boolean {
  try {
    return sameTree(meaning, meaningOf(text));
  } catch {
    // A statement of a newer server that our parser does not know is another one.
    return false;
  }
}

/** A source declared without columns has those of its schema. */
function isSame(declared: Meaning, running: Meaning): boolean {
  const columns = (declared as { columns?: readonly unknown[] }).columns;
  if (columns?.length === 0) return sameTree({ ...(running as object), columns: [] }, declared);
  return sameTree(declared, running);
}

function fixedProperty(
  declared: Readonly<Record<string, string>>,
  running: Readonly<Record<string, string>>,
): string | undefined {
  return Object.keys(declared).find((name) => {
    const [after, before] = [declared[name]!, running[name]];
    // A server that does not give a property back has nothing to compare with.
    if (before === undefined) return false;
    return CASELESS.has(name) ? after.toUpperCase() !== before.toUpperCase() : after !== before;
  });
}

/** What ksqlDB hands on to no other query, not even to the same one. */
function holdsState(meaning: Meaning): string | undefined {
  const query = queryOf(meaning);
  if (!query) return undefined;
  if (query.window) return 'is windowed';
  return typeof query.from === 'object' ? 'joins' : undefined;
}

/** A count that goes on may be filtered and computed with otherwise; what it counts, by what, and of what stays. */
function otherState(before: Meaning, after: Meaning): string | undefined {
  const [old, next] = [queryOf(before), queryOf(after)];
  if (!old?.groupBy && !next?.groupBy) return undefined;
  const same =
    sameTree(old?.groupBy, next?.groupBy) &&
    sameTree(old?.from, next?.from) &&
    sameTree(aggregateCalls(old), aggregateCalls(next)) &&
    (old?.having === undefined) === (next?.having === undefined);
  return same ? undefined : 'aggregates otherwise than the one that runs';
}

type QueryMeaning = Readonly<Record<string, Meaning>>;

function queryOf(meaning: Meaning): QueryMeaning | undefined {
  return (meaning as { query?: QueryMeaning }).query;
}

/** Calls of aggregates in the order in which the statement names them. */
function aggregateCalls(tree: Meaning): Meaning[] {
  if (Array.isArray(tree)) return tree.flatMap((item) => aggregateCalls(item as Meaning));
  if (typeof tree !== 'object' || tree === null) return [];
  const node = tree as QueryMeaning;
  const { kind, name } = node;
  if (kind === 'FunctionCall' && typeof name === 'string' && builtinFunctions.isAggregate(name))
    return [node];
  return Object.values(node).flatMap(aggregateCalls);
}
