import type { Catalog, DataSource } from '../catalog/catalog';

/** The source that has the statement's name already. */
export function existingSource(
  statement: { readonly name: string },
  catalog: Catalog,
): DataSource | undefined {
  return catalog.getSource(statement.name);
}
