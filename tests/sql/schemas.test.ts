import { Pipeline } from '../../cli/ksql/virtual-pipeline';
import { projectRoot } from '../../lab';
import { readDeclaration } from '../../stacks/declaration';

interface AvroRecord {
  readonly name: string;
  readonly namespace?: string;
  readonly fields: readonly { readonly name: string; readonly type: unknown; readonly doc?: string }[];
}

/** The schemas that are declared are those that ksqlDB writes: same record, same fields, same types, same order. */
describe('declared schemas', () => {
  const { schemas } = readDeclaration(projectRoot());
  const records = schemas.map(({ subject, schema }) => [subject, JSON.parse(schema) as AvroRecord] as const);

  test.each(records)('%s says what each field is', (_, { fields }) => {
    expect(fields.filter(({ doc }) => !doc)).toEqual([]);
  });

  test.each(records.filter(([subject]) => subject.startsWith('silver.')))(
    '%s is what the SQL writes',
    async (subject, declared) => {
      const pipeline = await Pipeline.start();
      const written = JSON.parse(pipeline.registeredSchema(subject)!) as AvroRecord;
      const shape = ({ fields }: AvroRecord) => fields.map(({ name, type }) => ({ name, type }));
      expect(shape(written)).toEqual(shape(declared));
      expect(`${written.namespace}.${written.name}`).toBe(`${declared.namespace}.${declared.name}`);
    },
  );
});
