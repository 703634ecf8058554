import type { Column, LogicalSchema } from '../../catalog/catalog';
import { assertNever } from '../../source/assert-never';
import type { SqlType } from '../../types/sql-type';

/** A type as stock's entities nest it. */
export interface SchemaEntity {
  readonly type: string;
  readonly fields: readonly { readonly name: string; readonly schema: SchemaEntity }[] | null;
  readonly memberSchema: SchemaEntity | null;
  readonly parameters?: Readonly<Record<string, number>>;
}
export interface FieldEntity {
  readonly name: string;
  readonly schema: SchemaEntity;
  readonly type?: 'KEY' | 'HEADER';
  readonly headerKey?: string;
}

export function schemaEntity(type: SqlType): SchemaEntity {
  switch (type.kind) {
    case 'ARRAY':
      return { type: 'ARRAY', fields: null, memberSchema: schemaEntity(type.element) };
    case 'MAP':
      return { type: 'MAP', fields: null, memberSchema: schemaEntity(type.value) };
    case 'STRUCT':
      return {
        type: 'STRUCT',
        fields: type.fields.map(({ name, type: field }) => ({ name, schema: schemaEntity(field) })),
        memberSchema: null,
      };
    case 'DECIMAL':
      return {
        type: 'DECIMAL',
        fields: null,
        memberSchema: null,
        parameters: { precision: type.precision, scale: type.scale },
      };
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DOUBLE':
    case 'STRING':
    case 'BYTES':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return { type: type.kind, fields: null, memberSchema: null };
    default:
      return assertNever(type);
  }
}

export function fieldEntities({ key, value, headers }: LogicalSchema): FieldEntity[] {
  const plain = ({ name, type }: Column) => ({ name, schema: schemaEntity(type) });
  return [
    ...key.map((column) => ({ ...plain(column), type: 'KEY' as const })),
    ...value.map(plain),
    ...headers.map((column) => ({
      ...plain(column),
      type: 'HEADER' as const,
      ...(column.headerKey === undefined ? {} : { headerKey: column.headerKey }),
    })),
  ];
}
