import type { SqlType } from '../../types/sql-type';

/** Names that Connect gives to the branches of a union, which SQL sees as a STRUCT. */
const BRANCH = /^(connect_union_field_|io\.confluent\.connect\.json\.OneOf\.field\.)\d+$/i;

export function isUnion(type: SqlType & { kind: 'STRUCT' }): boolean {
  return type.fields.length > 0 && type.fields.every((field) => BRANCH.test(field.name));
}

/** Whether a JSON value that begins with this character can be of the type. */
export function canBe(type: SqlType, first: number): boolean {
  switch (String.fromCharCode(first)) {
    case '{':
      return type.kind === 'STRUCT' || type.kind === 'MAP';
    case '[':
      return type.kind === 'ARRAY' || type.kind === 'MAP';
    case '"':
      return type.kind === 'STRING' || type.kind === 'BYTES';
    case 't':
    case 'f':
      return type.kind === 'BOOLEAN';
    default:
      return !['STRUCT', 'MAP', 'ARRAY', 'STRING', 'BYTES', 'BOOLEAN'].includes(type.kind);
  }
}
