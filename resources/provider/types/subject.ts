import { z } from 'zod';
import { canonicalSchema, compareSubject, subjectKind } from '../../subject/index';
import type { LiveSubject, Subject } from '../../subject/index';
import { RegistryClient } from '../../subject/registry-client';
import { COMPATIBILITIES } from '../../subject/subject';
import { HttpClient } from '../../http/http-client';
import { needed } from '../endpoints';
import type { ManagedType } from '../managed-type';
import type { Properties } from '../wire';
import { loginOf } from './login';

const reference = z.strictObject({ name: z.string(), subject: z.string(), version: z.int().min(1) });
const form = z.strictObject({
  registryUrl: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  subject: z.string().min(1),
  schemaType: z.literal('AVRO').default('AVRO'),
  schema: z.string(),
  compatibility: z.enum(COMPATIBILITIES).default('BACKWARD'),
  references: z.array(reference).default([]),
});

const clientOf = (inputs: Properties): RegistryClient =>
  new RegistryClient(new HttpClient({ url: inputs.registryUrl as string, login: loginOf(inputs) }));

/** `naap:registry:Subject`. */
export const subjectType: ManagedType<Subject, LiveSubject> = {
  token: 'naap:registry:Subject',
  form,
  secrets: ['password'],
  judged: ['schema', 'compatibility', 'references'],
  identity: { subject: 'a subject has no other name: its versions belong to it' },
  deleteBeforeReplace: false,
  // Subjects are kept when their declaration goes, so one that is there is most often one's own.
  adopts: 'changeable',
  id: ({ subject }) => subject as string,
  problems: ({ schema, subject }) => schemaProblems(schema as string, subject as string),
  kind: (inputs) => subjectKind(clientOf(inputs)),
  remembered: ({ schema, compatibility, references }) => ({
    schema: schema as string,
    compatibility: compatibility as string,
    references: references as unknown as Subject['references'],
    version: 0,
    id: 0,
  }),
  observed: (inputs, desired, live) => ({
    ...inputs,
    schema: differsIn(desired, live, 'schema') ? live.schema : desired.schema,
    references: (live.references ?? []).map(({ name, subject, version }) => ({ name, subject, version })),
    compatibility: live.compatibility ?? '(none)',
  }),
  outputs: ({ id, version }) => ({ schemaId: id, version }),
  remove: (inputs, { subject }) => clientOf(inputs).delete(subject),
  importInputs: (id, { registry }) => {
    const { url, username, password } = needed(registry, 'registryUrl');
    const login = username === undefined ? {} : { username, password };
    return [
      {
        registryUrl: url,
        ...login,
        subject: id,
        schemaType: 'AVRO',
        schema: '"null"',
        compatibility: 'BACKWARD',
        references: [],
      },
    ];
  },
};

function differsIn(desired: Subject, live: LiveSubject, property: string): boolean {
  return compareSubject(desired, live).some(
    (change) => change.action === 'update' && change.properties.some(({ path }) => path === property),
  );
}

function schemaProblems(schema: string, subject: string): string[] {
  try {
    canonicalSchema(schema);
    return [];
  } catch (error) {
    return [`schema: of subject "${subject}" is no Avro schema in JSON: ${(error as Error).message}`];
  }
}
