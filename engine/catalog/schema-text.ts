import { formatType, quoteName } from '../types/type-text';
import type { Column, LogicalSchema } from './catalog';

/** `` `A` INTEGER `` */
export function formatColumn(column: Column): string {
  return `${quoteName(column.name)} ${formatType(column.type)}`;
}

/** `` `K` STRING KEY `` */
export function formatKeyColumn(column: Column): string {
  return `${formatColumn(column)} KEY`;
}

/** A whole schema as ksqlDB shows it in messages and headers: key columns first. */
export function formatSchema(schema: Pick<LogicalSchema, 'key' | 'value'> & Partial<LogicalSchema>): string {
  const headers = (schema.headers ?? []).map(
    (column) => `${formatColumn(column)} ${headerConstraint(column.headerKey)}`,
  );
  return [...schema.key.map(formatKeyColumn), ...schema.value.map(formatColumn), ...headers].join(', ');
}

function headerConstraint(key: string | undefined): string {
  return key === undefined ? 'HEADERS' : `HEADER('${key}')`;
}
