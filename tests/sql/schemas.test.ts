import { Pipeline } from '../../cli/ksql/virtual-pipeline';
import { projectRoot } from '../../lab/paths';
import { readDeclaration } from '../../stacks/declaration';

interface AvroRecord {
  readonly name: string;
  readonly namespace?: string;
  readonly fields: readonly { readonly name: string; readonly type: unknown; readonly doc?: string }[];
}

const WRITTEN_BY_OTHERS = new Set(['telemetry.orchestrator_scrape.v1-value']);

const NOT_SHAPE = new Set(['doc', 'default', 'connect.name']);

/** ksqlDB writes no docs, and names nested records twice. */
const withoutDocs = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (NOT_SHAPE.has(key) ? undefined : value)));

/** The schemas that are declared are those that ksqlDB writes: same record, same fields, same types, same order. */
describe('declared schemas', () => {
  const { schemas } = readDeclaration(projectRoot());
  const records = schemas.map(({ subject, schema }) => [subject, JSON.parse(schema) as AvroRecord] as const);

  test.each(records)('%s says what each field is', (_, { fields }) => {
    expect(fields.filter(({ doc }) => !doc)).toEqual([]);
  });

  let pipeline: Pipeline;
  beforeAll(async () => {
    pipeline = await Pipeline.start();
  });

  test.each(records.filter(([subject]) => !WRITTEN_BY_OTHERS.has(subject)))(
    '%s is what the SQL writes',
    (subject, declared) => {
      const written = JSON.parse(pipeline.registeredSchema(subject)!) as AvroRecord;
      const shape = ({ fields }: AvroRecord) => withoutDocs(fields);
      expect(shape(written)).toEqual(shape(declared));
      expect(`${written.namespace}.${written.name}`).toBe(`${declared.namespace}.${declared.name}`);
    },
  );
});
