import type { Change } from '../../resources/change';
import type { ResourceKind } from '../../resources/kind';
import { anyKind } from '../../resources/kind';
import { KIND_NEEDS } from './kind-order';
import { realiseKind } from './realise-kind';

/** A kind whose objects are numbers by name, and that keeps what was applied. */
function numberKind(live: Record<string, number>) {
  const applied: Change<[string, number]>[] = [];
  const kind: ResourceKind<[string, number], number> = {
    name: 'topic',
    types: ['number'],
    parse: (resources) => resources.map(({ name, inputs }) => [name, Number(inputs.value)]),
    key: ([name]) => name,
    read: () => Promise.resolve(new Map(Object.entries(live))),
    compare: (desired, found) => {
      if (found === undefined) return [{ action: 'create', desired }];
      if (found === desired[1]) return [];
      if (found < 0)
        return [{ action: 'refused', desired, properties: [], reason: 'below zero', remedy: 'raise it' }];
      return [{ action: 'update', desired, properties: [] }];
    },
    apply: (changes) => Promise.resolve(void applied.push(...changes)),
    describe: ({ action, desired }) => `${action} ${desired[0]}`,
  };
  return { kind: anyKind(kind), applied };
}
const declare = (values: Record<string, number>) =>
  Object.entries(values).map(([name, value]) => ({
    type: 'number',
    name,
    inputs: { value },
    secrets: [],
    options: { protect: false, retainOnDelete: false, deleteBeforeReplace: false },
  }));
const silent = (): void => undefined;

describe('realising a kind', () => {
  it('makes what is missing, changes what differs, and counts both', async () => {
    const { kind, applied } = numberKind({ same: 1, other: 1 });
    const report = await realiseKind(kind, declare({ same: 1, other: 2, gone: 3 }), silent);
    expect(applied.map(({ action, desired }) => [action, desired[0]])).toEqual([
      ['update', 'other'],
      ['create', 'gone'],
    ]);
    expect(report).toMatchObject({
      created: 1,
      changed: 1,
      unchanged: 1,
      changes: ['update other', 'create gone'],
    });
  });

  it('applies nothing when nothing differs', async () => {
    const { kind, applied } = numberKind({ same: 1 });
    await realiseKind(kind, declare({ same: 1 }), silent);
    expect(applied).toEqual([]);
  });

  it('makes the rest of the kind before it fails for what is refused', async () => {
    const { kind, applied } = numberKind({ low: -1 });
    await expect(realiseKind(kind, declare({ low: 1, gone: 3 }), silent)).rejects.toThrow('refused low');
    expect(applied.map(({ desired }) => desired[0])).toEqual(['gone']);
  });
});

describe('the order of kinds', () => {
  it('has no cycle', () => {
    const visit = (kind: keyof typeof KIND_NEEDS, path: string[]): void => {
      expect(path).not.toContain(kind);
      KIND_NEEDS[kind].forEach((needed) => visit(needed, [...path, kind]));
    };
    (Object.keys(KIND_NEEDS) as (keyof typeof KIND_NEEDS)[]).forEach((kind) => visit(kind, []));
  });
});
