import { types } from 'avsc';
import type { DuckDBValue } from '@duckdb/node-api';
import type { WireVersion } from '../../resources/subject/registry-client';
import { avroType } from './avro-types';
import { Misfit, recordValue } from './avro-value';

/** What makes the bytes of a record from its row. */
export type ValueCodec = (columns: ReadonlyMap<string, DuckDBValue>) => EncodedValue;

export interface EncodedValue {
  readonly value: Buffer | null;
  /** Several versions of the schema hold this row: the oldest was taken, which reads the same and may have other bytes. */
  readonly isAmbiguous?: boolean;
}

const MAGIC_BYTE = 0;
const HEADER_BYTES = 5;

interface Version {
  readonly id: number;
  readonly number: number;
  readonly type: types.RecordType;
}

/**
 * Rows of a typed table back to the registry's wire format. The lake does not keep with which version a record was written: the
 * oldest one that holds all of the row is taken.
 * @throws for a row that no version holds, naming why the newest does not
 */
export function avroCodec(subject: string, versions: readonly WireVersion[]): ValueCodec {
  const known = versions.map((version) => readVersion(subject, version));
  if (known.length === 0) throw new Error(`the registry has no subject "${subject}"`);
  return (columns) => {
    const fitting: Buffer[] = [];
    let misfit: Misfit | undefined;
    for (const version of known) {
      try {
        fitting.push(encode(version, columns));
        if (fitting.length > 1) break;
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        misfit = error;
      }
    }
    if (fitting.length === 0)
      throw new Error(`no version of subject "${subject}" holds a row of its table: ${misfit?.message}`);
    return { value: fitting[0]!, isAmbiguous: fitting.length > 1 };
  };
}

/** Bytes are the text's. */
export const textCodec: ValueCodec = (columns) => {
  const value = columns.get('value');
  return { value: value === null || value === undefined ? null : Buffer.from(value as string) };
};

function readVersion(subject: string, { id, version, schema, references = [] }: WireVersion): Version {
  if (references.length > 0)
    throw new Error(`subject "${subject}" names types of other subjects, which cannot be restored yet`);
  const type = avroType(schema);
  if (!(type instanceof types.RecordType))
    throw new Error(`subject "${subject}" is a ${type.typeName}, expected a record`);
  return { id, number: version, type };
}

function encode({ id, type }: Version, columns: ReadonlyMap<string, DuckDBValue>): Buffer {
  const body = type.toBuffer(recordValue(columns, type));
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  bytes.writeUInt8(MAGIC_BYTE, 0);
  bytes.writeUInt32BE(id, 1);
  body.copy(bytes, HEADER_BYTES);
  return bytes;
}
