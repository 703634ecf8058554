import type { RegisteredSchema, SchemaRegistry, SchemaText } from '../runtime/contracts';
import { MissingSchemaError, SerdeError } from './contracts';
import type { SerdeSpec } from './contracts';
import { schemaOf } from './schema-generation';
import type { SchemaLookup } from './wire-format';

/** The schema that a serializer writes with. */
export interface PreparedSchema extends SchemaText {
  readonly id: number;
}

/** Schemas by id for readers, and registered ones for writers. */
export class SchemaCache implements SchemaLookup {
  private readonly schemas = new Map<number, RegisteredSchema | undefined>();
  private readonly writers = new Map<string, PreparedSchema>();

  constructor(private readonly registry: SchemaRegistry) {}

  byId(id: number): RegisteredSchema {
    const schema = this.schemas.get(id);
    if (schema !== undefined) return schema;
    if (this.schemas.has(id)) throw new SerdeError(`the schema registry has no schema with id ${id}`);
    throw new MissingSchemaError(id, async () => void this.schemas.set(id, await this.registry.byId(id)));
  }

  /** Registers what a serializer of `spec` writes with. Formats without a registry need nothing. */
  async prepareWriter(spec: SerdeSpec): Promise<void> {
    const generated = schemaOf(spec);
    if (generated === undefined || spec.columns.length === 0) return;
    const fixed = spec.format.properties['schemaId'];
    const key = writerKey(spec, generated);
    if (this.writers.has(key)) return;
    this.writers.set(
      key,
      fixed === undefined ? await this.register(spec, generated) : await this.fixed(Number(fixed), spec),
    );
  }

  private async register(spec: SerdeSpec, schema: SchemaText): Promise<PreparedSchema> {
    const id = await this.registry.register(subjectOf(spec), schema);
    this.schemas.set(id, { ...schema, id });
    return { ...schema, id };
  }

  /** The schema of that id, which becomes the subject's own: whoever reads the topic finds it there. */
  private async fixed(id: number, spec: SerdeSpec): Promise<PreparedSchema> {
    const schema = await this.registry.byId(id);
    if (schema === undefined) throw new SerdeError(`the schema registry has no schema with id ${id}`);
    const subject = subjectOf(spec);
    if ((await this.registry.latest(subject))?.id !== id) await this.registry.register(subject, schema);
    this.schemas.set(id, schema);
    return schema;
  }

  writer(spec: SerdeSpec): PreparedSchema {
    const prepared = this.writers.get(writerKey(spec, schemaOf(spec)!));
    if (prepared === undefined)
      throw new Error(`invariant violated: no schema was prepared for topic ${spec.topic}`);
    return prepared;
  }
}

function subjectOf({ topic, isKey }: SerdeSpec): string {
  return `${topic}-${isKey ? 'key' : 'value'}`;
}

function writerKey(spec: SerdeSpec, schema: SchemaText): string {
  return `${spec.topic}/${spec.isKey ? 'key' : 'value'}/${spec.format.properties['schemaId'] ?? ''}/${schema.text}`;
}
