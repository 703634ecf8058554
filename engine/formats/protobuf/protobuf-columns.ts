import type { Column, Format } from '../../catalog/catalog';
import type { SchemaText } from '../../runtime/contracts';

/** Columns of a proto3 file's message. */
export function protobufColumns(_schema: SchemaText, _format: Format, _keepCase: boolean): readonly Column[] {
  throw new Error('todo');
}
