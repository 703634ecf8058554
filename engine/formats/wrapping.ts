import type { FormatName } from '../catalog/catalog';
import type { SerdeSpec } from './contracts';

/** Formats that hold one bare value per column and know no record around it. */
const NEVER_WRAPPED: ReadonlySet<FormatName> = new Set(['KAFKA', 'NONE', 'DELIMITED']);

/**
 * Whether the single column is the whole payload. ksqlDB wraps single VALUE columns and leaves single KEY columns bare
 * unless told otherwise; PROTOBUF always has a message around them.
 */
export function isUnwrapped(spec: Pick<SerdeSpec, 'format' | 'features' | 'columns' | 'isKey'>): boolean {
  if (spec.columns.length !== 1 || NEVER_WRAPPED.has(spec.format.name)) return false;
  if (spec.features.wrapSingle !== undefined) return !spec.features.wrapSingle;
  return spec.isKey && spec.format.name !== 'PROTOBUF' && spec.format.name !== 'PROTOBUF_NOSR';
}
