import type { Catalog } from '../../engine/catalog/catalog';
import { CaseWorld } from '../../engine/testing/case-world';
import type { CompiledQuery } from '../../engine/testing/case-world';
import type { SqlObject, SqlStatement } from '../../resources/query/sql-files';

/** A persistent query of one object, and what stood in the catalog before it. */
export interface PlannedQuery {
  readonly object: SqlObject;
  readonly statement: SqlStatement;
  readonly query: CompiledQuery;
  readonly catalogBefore: Catalog;
}

/**
 * Objects of `ksql/`, parsed and planned once: any number of pipelines run them, each with topics and state of its own.
 * Planning takes most of the time of a short test.
 */
export class PlannedSql {
  private constructor(
    readonly world: CaseWorld,
    readonly objects: readonly SqlObject[],
    readonly queries: readonly PlannedQuery[],
  ) {}

  /** `caching`: tables pass changes on as on a server with its default cache. Throws KsqlError for a refused statement. */
  static async of(objects: readonly SqlObject[], { caching = false } = {}): Promise<PlannedSql> {
    const world = new CaseWorld({}, [], [], caching);
    const queries: PlannedQuery[] = [];
    for (const object of objects) {
      for (const statement of object.statements) {
        const catalogBefore = world.catalog;
        const known = world.compiled.length;
        await world.execute(statement.text, {}, statement.properties);
        const query = world.compiled[known];
        if (query) queries.push({ object, statement, query, catalogBefore });
      }
    }
    return new PlannedSql(world, objects, queries);
  }

  /** The queries of a file, in all its windows and versions, and of all that they need. */
  closureOf(file: string): PlannedQuery[] {
    const needed = new Set(this.objects.filter((object) => object.file === file).map(({ name }) => name));
    for (const candidate of [...this.objects].reverse()) {
      if (needed.has(candidate.name)) candidate.dependsOn.forEach((name) => needed.add(name));
    }
    return this.queries.filter(({ object: { name } }) => needed.has(name));
  }
}
