import type { RegisteredSchema, SchemaRegistry, SchemaText } from '../../runtime/contracts';

/** Schemas in this process's memory, without compatibility rules. */
export class MemorySchemaRegistry implements SchemaRegistry {
  private readonly schemas: RegisteredSchema[] = [];
  private readonly subjects = new Map<string, number[]>();

  latest(subject: string): Promise<RegisteredSchema | undefined> {
    const id = this.subjects.get(subject)?.at(-1);
    return Promise.resolve(id === undefined ? undefined : this.schemas[id - 1]);
  }
  byId(id: number): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.schemas[id - 1]);
  }
  register(subject: string, schema: SchemaText): Promise<number> {
    const known = this.schemas.find(({ type, text }) => type === schema.type && text === schema.text);
    const id = known?.id ?? this.schemas.push({ ...schema, id: this.schemas.length + 1 });
    const versions = this.subjects.get(subject) ?? [];
    if (!versions.includes(id)) versions.push(id);
    this.subjects.set(subject, versions);
    return Promise.resolve(id);
  }
  deleteSubject(subject: string): Promise<void> {
    this.subjects.delete(subject);
    return Promise.resolve();
  }
}
