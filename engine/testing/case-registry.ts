import type { FetchedSchemas } from '../planner';
import type { RegisteredSchema, SchemaRegistry, SchemaText } from '../runtime/contracts';

/** The schema registry of one case: in memory, readable at once. */
export class CaseRegistry implements SchemaRegistry {
  private readonly schemas = new Map<number, RegisteredSchema>();
  private readonly subjects = new Map<string, number>();
  private nextId = 1;

  readonly fetched: FetchedSchemas = {
    latest: (subject) => this.latestOf(subject),
    byId: (id) => this.schemas.get(id),
  };

  latestOf(subject: string): RegisteredSchema | undefined {
    return this.schemas.get(this.subjects.get(subject) ?? -1);
  }

  add(subject: string, schema: SchemaText, wantedId?: number): number {
    const known =
      wantedId ??
      [...this.schemas.values()].find((s) => s.type === schema.type && s.text === schema.text)?.id;
    const id = known ?? this.freeId();
    this.schemas.set(id, { ...schema, id });
    this.subjects.set(subject, id);
    return id;
  }

  private freeId(): number {
    while (this.schemas.has(this.nextId)) this.nextId++;
    return this.nextId;
  }

  latest(subject: string): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.latestOf(subject));
  }
  byId(id: number): Promise<RegisteredSchema | undefined> {
    return Promise.resolve(this.schemas.get(id));
  }
  register(subject: string, schema: SchemaText): Promise<number> {
    return Promise.resolve(this.add(subject, schema));
  }
  deleteSubject(subject: string): Promise<void> {
    this.subjects.delete(subject);
    return Promise.resolve();
  }
}
