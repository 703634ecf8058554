import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'avsc';
import type { schema } from 'avsc';

export const SCHEMA = readFileSync(join(__dirname, 'sample.avsc'), 'utf8');
export const DECLARE =
  "CREATE STREAM events (orch STRING KEY) WITH (KAFKA_TOPIC='{topic}', KEY_FORMAT='KAFKA', VALUE_FORMAT='AVRO', TIMESTAMP='TS');";
export const ROLLUP = readFileSync(join(__dirname, 'rollup.sql'), 'utf8');
/** The events' times lie within so much. */
export const SPAN_MS = 600_000;

/** About 40 characters, as an orchestrator's address has. */
export function keyOf(number: number): string {
  return `0x${number.toString(16).padStart(38, '0')}`;
}

export type Encode = (
  sequence: number,
  timestamp: number,
  key?: string,
) => { readonly key: string; readonly value: Buffer };

/** Values that vary as measurements do; the same sequence gives the same event. Values have Confluent's wire format. */
export function eventEncoder(schemaId: number, keys: number): Encode {
  const type = Type.forSchema(JSON.parse(SCHEMA) as schema.AvroSchema);
  const header = Buffer.alloc(5);
  header.writeInt32BE(schemaId, 1);
  return (sequence, timestamp, key = keyOf((sequence * 7919) % keys)) => {
    const noise = ((sequence * 2654435761) >>> 0) / 2 ** 32;
    const event = {
      GPU_ID: `GPU-${sequence % 8}`,
      MODEL: `model-${sequence % 16}`,
      REGION: `region-${sequence % 5}`,
      UTIL: Math.floor(noise * 100),
      MEM: Math.floor(noise * 24_000),
      TEMP: 30 + Math.floor(noise * 60),
      POWER: 80 + Math.floor(noise * 600),
      FPS: noise * 60,
      LATENCY_MS: Math.floor(noise * 2000),
      OK: noise < 0.95,
      NOTE: `driver says ${sequence} `.padEnd(150, 'all is well '),
      TS: timestamp,
    };
    return { key, value: Buffer.concat([header, type.toBuffer(event)]) };
  };
}
