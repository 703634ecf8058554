import type { Column } from '../catalog/catalog';
import { identityOf } from '../types/compare';
import type { Row } from './contracts';

/** What two equal keys share and no two different ones do: a key of a Map. */
export type KeyIdentity = (key: Row) => unknown;

/** A single column is its own identity where it is a primitive; several are joined with the length of each part. */
export function keyIdentity(columns: readonly Column[]): KeyIdentity {
  const parts = columns.map((column) => identityOf(column.type));
  const only = parts[0];
  if (only !== undefined && parts.length === 1) return (key) => identity(only, key[0]);
  return (key) => {
    let joined = '';
    for (let i = 0; i < parts.length; i++) {
      const part = String(identity(parts[i]!, key[i]));
      joined += `${part.length}:${key[i] === null ? '-' : '+'}${part}`;
    }
    return joined;
  };
}

function identity(of: (value: unknown) => unknown, value: unknown): unknown {
  return value === null || value === undefined ? null : of(value);
}
