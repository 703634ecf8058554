import { updateIf } from '../change';
import type { Change, PropertyChange } from '../change';
import { sameJson } from '../compare-properties';
import type { Json } from '../declared';
import { ApplyError } from '../kind';
import type { ResourceKind } from '../kind';
import { sentence } from '../sentence';
import { canonicalSchema, structureOf } from './canonical-schema';
import type { RegistryClient } from './registry-client';
import { parseSubject } from './subject';
import type { LiveSubject, SchemaReference, Subject } from './subject';

export function subjectKind(client: RegistryClient): ResourceKind<Subject, LiveSubject> {
  return {
    name: 'subject',
    types: ['naap:registry:Subject'],
    parse: (resources) => resources.map(parseSubject),
    key: ({ subject }) => subject,
    read: (desired) => read(client, desired),
    compare: compareSubject,
    apply: async (changes) => {
      for (const change of changes) await apply(client, change);
    },
    describe: (change) => sentence('subject', change.desired.subject, change),
  };
}

/** The newest schema is compared in its canonical form; a new one becomes the next version, if it is compatible. */
export function compareSubject(desired: Subject, live: LiveSubject | undefined): Change<Subject>[] {
  if (!live) return [{ action: 'create', desired }];
  const properties: PropertyChange[] = [];
  if (live.compatibility !== desired.compatibility) {
    properties.push({ path: 'compatibility', before: live.compatibility, after: desired.compatibility });
  }
  const before = canonicalSchema(live.schema);
  const after = canonicalSchema(desired.schema);
  if (before !== after && !isOverwritten(desired, live)) properties.push({ path: 'schema', before, after });
  const references = { before: asJson(live.references), after: asJson(desired.references) };
  if (!sameJson(references.before, references.after)) properties.push({ path: 'references', ...references });
  return updateIf(desired, properties);
}

function asJson(references: readonly SchemaReference[] = []): Json {
  return references.map(({ name, subject, version }) => ({ name, subject, version }));
}

/**
 * ksqlDB registers the schema of a topic that it writes by itself, in its own words (no documentation). It stands above
 * the declared one then, and both are read alike: nothing is to be done, else each would overwrite the other for ever.
 */
function isOverwritten(desired: Subject, live: LiveSubject): boolean {
  return live.hasDeclared === true && structureOf(desired.schema) === structureOf(live.schema);
}

async function read(
  client: RegistryClient,
  desired: readonly Subject[],
): Promise<ReadonlyMap<string, LiveSubject>> {
  const found = await Promise.all(
    desired.map(async (item) => [item.subject, await client.read(item)] as const),
  );
  return new Map(found.flatMap(([subject, live]) => (live ? [[subject, live] as const] : [])));
}

async function apply(client: RegistryClient, change: Change<Subject>): Promise<void> {
  const { desired } = change;
  try {
    switch (change.action) {
      case 'create':
        await client.register(desired);
        return await client.setCompatibility(desired);
      case 'update': {
        const changed = new Set(change.properties.map(({ path }) => path));
        // The rule first: a new schema is to be judged by it.
        if (changed.has('compatibility')) await client.setCompatibility(desired);
        if (changed.has('schema') || changed.has('references')) await client.register(desired);
        return;
      }
      default:
        throw new Error('a subject is never replaced: what was written with its schemas needs them');
    }
  } catch (error) {
    throw new ApplyError('subject', desired.subject, (error as Error).message, { cause: error });
  }
}

export type { LiveSubject, Subject } from './subject';
export { canonicalSchema } from './canonical-schema';
