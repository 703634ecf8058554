import { canonicalSchema } from '../../resources/subject/canonical-schema';
import { COMPATIBILITIES } from '../../resources/subject/subject';
import type { LiveSubject, Subject } from '../../resources/subject/subject';
import { UNDECLARED } from '../undeclared';
import { sorted } from './proposal';
import type { AdoptInput, Outcome, Proposals } from './proposal';

/** What a schema file alone means. */
const USUAL: Subject['compatibility'] = 'BACKWARD';

/** Subjects: the newest schema as a file; another rule than the usual one, and what it refers to, beside it. */
export async function proposeSubjects(input: AdoptInput): Promise<Proposals> {
  const names = await UNDECLARED.subject(input);
  const registry = input.access.registry();
  return sorted(
    await Promise.all(
      names.map(async (subject): Promise<Outcome> =>
        propose(input, subject, await registry.read({ subject, schema: '"null"', references: [] })),
      ),
    ),
  );
}

function propose(input: AdoptInput, subject: string, live: LiveSubject | undefined): Outcome {
  const path = `schemas/${subject}.avsc`;
  const left = (reason: string, remedy: string): Outcome => ({
    kind: 'subject',
    name: subject,
    reason,
    remedy,
  });
  if (!live || !isAvro(live)) return left('its schema is no Avro', 'only Avro schemas can be declared');
  if (!/-(key|value)$/.test(subject))
    return left('it is not named after a topic', 'register it as <topic>-value or <topic>-key');
  if (input.exists(path))
    return left(`${path} is there already`, 'look at that file: it is declared otherwise');
  const compatibility = COMPATIBILITIES.find((one) => one === live.compatibility) ?? USUAL;
  const references = (live.references ?? []).map(({ name, subject: of, version }) => ({
    name,
    subject: of,
    version,
  }));
  const isUsual = compatibility === USUAL && references.length === 0;
  return {
    objects: [{ kind: 'subject', name: subject }],
    files: [{ path, text: `${JSON.stringify(JSON.parse(live.schema), null, 2)}\n` }],
    lines: isUsual
      ? {}
      : { subjects: { [subject]: { compatibility, ...(references.length > 0 ? { references } : {}) } } },
    notes: ['its file holds for every environment'],
  };
}

function isAvro({ schema, schemaType = 'AVRO' }: LiveSubject): boolean {
  try {
    canonicalSchema(schema);
    return schemaType === 'AVRO';
  } catch {
    return false;
  }
}
