import type { CreateSource, TableElement } from '../ast/statements';
import type { Catalog, HeaderColumn } from '../catalog/catalog';
import { fail } from '../analyzer/errors';
import type { SqlType } from '../types/sql-type';
import { formatType } from '../types/type-text';
import { resolveType } from './columns';

/** What HEADERS holds: all of a record's headers in order. */
const ALL_HEADERS: SqlType = {
  kind: 'ARRAY',
  element: {
    kind: 'STRUCT',
    fields: [
      { name: 'KEY', type: { kind: 'STRING' } },
      { name: 'VALUE', type: { kind: 'BYTES' } },
    ],
  },
};

/** Columns that are filled from a record's headers: all of them at once, or the last one of a key. */
export function headerColumns(statement: CreateSource, catalog: Catalog): readonly HeaderColumn[] {
  const columns = statement.elements.flatMap((element) => headerColumn(element, catalog));
  columns.forEach((column, index) => refuseSecond(column, columns.slice(0, index)));
  return columns;
}

function headerColumn({ name, type, constraint, loc }: TableElement, catalog: Catalog): HeaderColumn[] {
  if (constraint.kind !== 'HEADERS' && constraint.kind !== 'HEADER') return [];
  const given = resolveType(type, catalog);
  const column: HeaderColumn =
    constraint.kind === 'HEADERS' ? { name, type: given } : { name, type: given, headerKey: constraint.key };
  const wanted = formatType(constraint.kind === 'HEADERS' ? ALL_HEADERS : { kind: 'BYTES' });
  if (formatType(given) === wanted) return [column];
  const message = `Invalid type for ${described(column)} column: expected ${wanted}, got ${formatType(given)}`;
  return fail('declaration', `Failed to prepare statement: ${message}`, loc);
}

function described({ headerKey }: HeaderColumn): string {
  return headerKey === undefined ? 'HEADERS' : `HEADER('${headerKey}')`;
}

/** HEADERS stands alone; each key has one column. */
function refuseSecond(column: HeaderColumn, before: readonly HeaderColumn[]): void {
  const clash =
    column.headerKey === undefined
      ? before[0]
      : before.find(({ headerKey }) => headerKey === undefined || headerKey === column.headerKey);
  if (clash !== undefined) fail('declaration', `Schema already contains a ${described(clash)} column.`);
}
