import type { z } from 'zod';
import type { Change } from '../change';
import { differences, parse } from './differences';
import type { Differences } from './differences';
import type { Endpoints } from './endpoints';
import type { ManagedType } from './managed-type';
import { managedTypes } from './types/index';
import type { Properties } from './wire';
import { isUnknown } from './wire';

export interface CheckAnswer {
  readonly inputs: Properties;
  /** One sentence each. None says the value of an input. */
  readonly failures: readonly string[];
}

/** What a resource is after it was made, changed or read. */
export interface ResourceState {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** It is there, but not as it should be: Pulumi keeps it in its state and goes on with it next time. */
export class UnfinishedError extends Error {
  constructor(
    readonly state: ResourceState,
    reason: string,
  ) {
    super(reason);
  }
}

/** What Pulumi asks of a provider, on plain objects: the wire is the server's business. */
export class NaapProvider {
  private readonly types: ReadonlyMap<string, ManagedType>;

  constructor(types: readonly ManagedType[] = managedTypes) {
    this.types = new Map(types.map((type) => [type.token, type]));
  }

  type(token: string): ManagedType {
    const found = this.types.get(token);
    if (found) return found;
    const known = [...this.types.keys()].join(', ');
    throw new Error(`resource type "${token}" is unknown to the provider "naap"; it knows ${known}`);
  }

  /** Inputs with every default filled in, and what is wrong with them. Inputs that are not known yet are left alone. */
  check(token: string, news: Properties): CheckAnswer {
    const type = this.type(token);
    const unknown = Object.keys(news).filter((name) => isUnknown(news[name]));
    const known = Object.fromEntries(Object.entries(news).filter(([name]) => !unknown.includes(name)));
    const form = unknown.length > 0 ? type.form.partial(maskOf(type.form, unknown)) : type.form;
    const result = form.safeParse(known);
    if (!result.success) return { inputs: news, failures: result.error.issues.map(sentenceOf) };
    const held = Object.fromEntries(unknown.map((name) => [name, news[name]]));
    const inputs = { ...(result.data as Properties), ...held };
    return { inputs, failures: unknown.length > 0 ? [] : (type.problems?.(inputs) ?? []) };
  }

  diff(token: string, before: Properties, after: Properties): Differences {
    return differences(this.type(token), before, after);
  }

  async create(token: string, inputs: Properties): Promise<ResourceState> {
    const type = this.type(token);
    const [desired] = parse(type, inputs);
    const kind = type.kind(inputs);
    const live = (await kind.read([desired])).get(kind.key(desired));
    const changes = kind.compare(desired, live);
    if (live !== undefined) refuseForeign(type, inputs, changes);
    return this.carryOut(type, inputs, async () => {
      await kind.apply(changes);
      await type.request?.(undefined, inputs);
    });
  }

  async update(token: string, before: Properties, after: Properties): Promise<ResourceState> {
    const type = this.type(token);
    const [desired] = parse(type, after);
    const kind = type.kind(after);
    const live = (await kind.read([desired])).get(kind.key(desired));
    const changes = kind.compare(desired, live);
    const refused = changes.find(({ action }) => action === 'refused' || action === 'replace');
    if (refused) throw new Error(kind.describe(refused));
    return this.carryOut(type, after, async () => {
      await kind.apply(changes);
      await type.request?.(before, after);
    });
  }

  /** Undefined when it is gone. Without known inputs (an import) `id` is looked up where the provider was told. */
  async read(
    token: string,
    id: string,
    known: Properties,
    endpoints: Endpoints,
  ): Promise<ResourceState | undefined> {
    const type = this.type(token);
    const places = Object.keys(known).length > 0 ? [known] : type.importInputs(id, endpoints);
    for (const inputs of places) {
      const state = await this.observe(type, id, inputs);
      if (state) return state;
    }
    return undefined;
  }

  async delete(token: string, inputs: Properties): Promise<void> {
    const type = this.type(token);
    const [desired] = parse(type, inputs);
    await type.remove(inputs, desired);
  }

  /** Does the work; if it fails after something was made, says what is there. */
  private async carryOut(
    type: ManagedType,
    inputs: Properties,
    work: () => Promise<void>,
  ): Promise<ResourceState> {
    const id = type.id(inputs);
    try {
      await work();
    } catch (error) {
      const left = await this.observe(type, id, inputs).catch(() => undefined);
      if (!left) throw error;
      throw new UnfinishedError(left, (error as Error).message);
    }
    const state = await this.observe(type, id, inputs);
    if (!state) throw new Error(`${type.token} "${id}" was made, but the server does not have it`);
    // What was declared is what is there now: its own wording is kept.
    return { ...state, inputs, outputs: { ...state.outputs, ...inputs } };
  }

  private async observe(
    type: ManagedType,
    id: string,
    inputs: Properties,
  ): Promise<ResourceState | undefined> {
    const [desired] = parse(type, inputs);
    const kind = type.kind(inputs);
    const live = (await kind.read([desired])).get(kind.key(desired));
    if (live === undefined) return undefined;
    const observed = type.observed(inputs, desired, live);
    return { id, inputs: observed, outputs: { ...observed, ...type.outputs(live) } };
  }
}

/** Something of this name that is not what is declared belongs to somebody else until it is imported. */
function refuseForeign(type: ManagedType, inputs: Properties, changes: readonly Change<unknown>[]): void {
  const [change] = changes;
  if (!change) return;
  if (type.adopts === 'changeable' && change.action === 'update') return;
  const differing = change.action === 'create' ? [] : change.properties.map(({ path }) => path);
  const id = type.id(inputs);
  throw new Error(
    `${type.token} "${id}" exists already and differs in ${differing.join(', ')}; ` +
      `take it over with "pulumi import ${type.token} <name> ${id}", or remove it`,
  );
}

function maskOf(form: z.ZodObject, names: readonly string[]): Record<string, true> {
  return Object.fromEntries(names.filter((name) => name in form.shape).map((name) => [name, true]));
}

/** Never the value: a failure's text is shown as it is. */
function sentenceOf({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.') || 'inputs'}: ${message}`;
}
