import type { SqlType } from '../types/sql-type';
import type { Catalog, DataSource } from './catalog';

/** A catalog that holds nothing. */
export function emptyCatalog(): Catalog {
  return new MemoryCatalog(new Map(), new Map());
}

/** Immutable: each `with…` copies the one map it changes. Sources and types keep the order in which they came. */
class MemoryCatalog implements Catalog {
  constructor(
    private readonly sourcesByName: ReadonlyMap<string, DataSource>,
    private readonly typesByName: ReadonlyMap<string, SqlType>,
  ) {}

  getSource(name: string): DataSource | undefined {
    return this.sourcesByName.get(name);
  }
  sources(): readonly DataSource[] {
    return [...this.sourcesByName.values()];
  }
  getType(name: string): SqlType | undefined {
    return this.typesByName.get(name);
  }
  types(): ReadonlyMap<string, SqlType> {
    return this.typesByName;
  }
  withSource(source: DataSource): Catalog {
    return new MemoryCatalog(new Map(this.sourcesByName).set(source.name, source), this.typesByName);
  }
  withoutSource(name: string): Catalog {
    return new MemoryCatalog(without(this.sourcesByName, name), this.typesByName);
  }
  withType(name: string, type: SqlType): Catalog {
    return new MemoryCatalog(this.sourcesByName, new Map(this.typesByName).set(name, type));
  }
  withoutType(name: string): Catalog {
    return new MemoryCatalog(this.sourcesByName, without(this.typesByName, name));
  }
}

function without<T>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  const copy = new Map(map);
  copy.delete(name);
  return copy;
}
