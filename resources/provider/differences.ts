import type { z } from 'zod';
import type { Change, PropertyChange } from '../change';
import { sameJson } from '../compare-properties';
import type { ManagedType } from './managed-type';
import type { Properties } from './wire';
import { isUnknown } from './wire';

export type DifferenceKind = 'add' | 'update' | 'delete';

/** One property that a change is about. */
export interface Difference {
  /** Name of the input. */
  readonly property: string;
  /** Path in Pulumi's form: `config["tasks.max"]`. */
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly replaces: boolean;
}

/** What `diff` answers. */
export interface Differences {
  readonly items: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
  /** Why it is replaced, for people; undefined: in place. */
  readonly reason?: string;
}

/** A change that is not made, with what to do instead. */
export class RefusedError extends Error {}

/**
 * What differs between inputs as they were last known and as they are declared now. Asks nobody: with a refresh before
 * it, what was last known is what is there.
 * @throws RefusedError for a change that cannot be made
 */
export function differences(type: ManagedType, before: Properties, after: Properties): Differences {
  const unknown = Object.keys(after).filter((name) => isUnknown(after[name]));
  const identity = Object.keys(type.identity).filter((name) => !sameJson(before[name], after[name]));
  if (identity.length > 0) {
    const reason = identity.map((name) => type.identity[name]).join('; ');
    const items = identity.map((name) => difference(before, after, name, true));
    return { items, deleteBeforeReplace: type.deleteBeforeReplace, reason };
  }
  if (unknown.length > 0) return inPlace(unknown.map((name) => difference(before, after, name, false)));
  const compared = compare(type, before, after);
  const seen = new Set(compared.map(({ property }) => property));
  const rest = otherInputs(type, before, after).filter((name) => !seen.has(name));
  return inPlace([...compared, ...rest.map((name) => difference(before, after, name, false))]);
}

function inPlace(items: readonly Difference[]): Differences {
  return { items, deleteBeforeReplace: false };
}

function compare(type: ManagedType, before: Properties, after: Properties): Difference[] {
  const kind = type.kind(after);
  const [desired] = parse(type, after);
  return kind
    .compare(desired, type.remembered(before))
    .flatMap((change) => propertiesOf(kind.describe(change), change))
    .map((change) => differenceOf(type, before, change));
}

function propertiesOf(sentence: string, change: Change<unknown>): readonly PropertyChange[] {
  switch (change.action) {
    case 'refused':
    case 'replace':
      throw new RefusedError(sentence);
    case 'create':
      return [];
    case 'update':
      return change.properties;
  }
}

/** Inputs that the kind does not judge: endpoints, logins, what happens at the end. */
function otherInputs(type: ManagedType, before: Properties, after: Properties): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !type.judged.includes(name) && !sameJson(before[name], after[name]))
    .sort();
}

function difference(before: Properties, after: Properties, name: string, replaces: boolean): Difference {
  const kind = before[name] === undefined ? 'add' : after[name] === undefined ? 'delete' : 'update';
  return { property: name, path: name, kind, replaces };
}

function differenceOf(
  type: ManagedType,
  old: Properties,
  { path, before, after }: PropertyChange,
): Difference {
  const property = type.inputOf?.(path) ?? path.split('.')[0]!;
  if (!path.startsWith(`${property}.`))
    return {
      property,
      path: property,
      kind: old[property] === undefined ? 'add' : 'update',
      replaces: false,
    };
  const rest = `[${JSON.stringify(path.slice(property.length + 1))}]`;
  const kind = before === undefined ? 'add' : after === undefined ? 'delete' : 'update';
  return { property, path: `${property}${rest}`, kind, replaces: false };
}

/** The object that `inputs` describe, in the kind's own form. */
export function parse(type: ManagedType, inputs: Properties): readonly [unknown] {
  const resource = {
    type: type.token,
    name: type.id(inputs),
    inputs: readable(type, inputs),
    secrets: type.secrets,
    options: { protect: false, retainOnDelete: false, deleteBeforeReplace: false },
  };
  const [desired] = type.kind(inputs).parse([resource]);
  return [desired];
}

/** What a server had that no declaration can say (a state FAILED) gives way to the default. */
function readable(type: ManagedType, inputs: Properties): Properties {
  const fields = Object.entries(type.form.shape).map(([name, field]) => {
    const result = (field as z.ZodType).safeParse(inputs[name]);
    return [name, result.success ? inputs[name] : (field as z.ZodType).safeParse(undefined).data];
  });
  return { ...inputs, ...Object.fromEntries(fields) } as Properties;
}
