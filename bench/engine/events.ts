import { Type } from 'avsc';
import type { schema } from 'avsc';

interface AvroRecord {
  readonly type: 'record';
  readonly fields: readonly { readonly name: string; readonly type: schema.AvroSchema }[];
}

/** Values that vary as measurements do, for any record of plain fields; the same sequence gives the same event. */
export function generator(schemaText: string, schemaId: number, keys: number) {
  const parsed = JSON.parse(schemaText) as AvroRecord;
  const type = Type.forSchema(parsed as schema.AvroSchema, { wrapUnions: false });
  const header = Buffer.alloc(5);
  header.writeInt32BE(schemaId, 1);
  return (sequence: number, timestamp: number) => {
    const event = Object.fromEntries(
      parsed.fields.map(({ name, type: field }) => [name, valueOf(field, name, sequence, timestamp)]),
    );
    return {
      key: `orchestrator-${(sequence * 7919) % keys}`,
      value: Buffer.concat([header, type.toBuffer(event)]),
    };
  };
}

function valueOf(field: schema.AvroSchema, name: string, sequence: number, timestamp: number): unknown {
  const plain = Array.isArray(field)
    ? (field as schema.AvroSchema[]).find((branch) => branch !== 'null')
    : field;
  const kind =
    typeof plain === 'object' && plain !== null && 'type' in plain
      ? (plain as { type: string }).type
      : (plain as string);
  const noise = ((sequence * 2654435761) >>> 0) / 2 ** 32;
  switch (kind) {
    case 'string':
      return `${name}-${sequence % 16}`;
    case 'int':
      return Math.floor(noise * 1000);
    case 'long':
      return name.includes('time') || name.endsWith('_at') ? timestamp : Math.floor(noise * 1e6);
    case 'float':
    case 'double':
      return noise * 100;
    case 'boolean':
      return noise > 0.5;
    default:
      throw new Error(
        `bench: field "${name}" has the Avro type ${JSON.stringify(field)}; plain types and their unions with null are generated`,
      );
  }
}
