import { Type } from 'avsc';
import type { ScrapeEvent } from './event';
import type { Encoder } from './sink';

const MAGIC = 0;

interface RegistryAnswer {
  readonly id: number;
  readonly schema: string;
}

/** The latest schema of a subject, from a registry with Confluent's API. */
async function latestSchema(registryUrl: string, subject: string): Promise<RegistryAnswer> {
  const url = `${registryUrl.replace(/\/$/, '')}/subjects/${encodeURIComponent(subject)}/versions/latest`;
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
  if (!response.ok)
    throw new Error(`subject "${subject}" cannot be read: HTTP ${response.status} from ${url}`);
  return (await response.json()) as RegistryAnswer;
}

/**
 * Encodes events in Confluent's wire format (magic byte 0, schema id as 4 bytes big-endian, Avro) with the schema that is
 * registered: the declaration owns it. Fields that a newer schema adds take their default.
 */
export async function createAvroEncoder(registryUrl: string, subject: string): Promise<Encoder> {
  const { id, schema } = await latestSchema(registryUrl, subject);
  const type = Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0], {
    wrapUnions: false,
  });
  const header = Buffer.alloc(5);
  header.writeUInt8(MAGIC, 0);
  header.writeUInt32BE(id, 1);
  return (event: ScrapeEvent) =>
    Buffer.concat([header, type.toBuffer({ ...event, source_event_time: event.scrape_time })]);
}
