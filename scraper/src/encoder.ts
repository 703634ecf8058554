import { readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { Type } from 'avsc';
import type { Config } from './config/config';
import type { ScrapeEvent } from './event';
import type { Log } from './log';

/** An event as bytes of the topic. */
export type Encoder = (event: ScrapeEvent) => Buffer;

interface RegisteredSchema {
  readonly id: number;
  readonly schema: string;
}
export interface SchemaOptions {
  readonly registry: Config['registry'];
  readonly subject: string;
  /** Where the schema of the last start lies, for a start without the registry. */
  readonly cacheFile: string;
  readonly log: Log;
}

const MAGIC = 0;
const TIMEOUT_MS = 10_000;

/** The subject's latest schema: from the registry, or as it was known last where that does not answer. Throws where neither is. */
export async function latestSchema(options: SchemaOptions): Promise<RegisteredSchema> {
  const { cacheFile, log } = options;
  try {
    const schema = await fetchSchema(options);
    await writeFile(`${cacheFile}.new`, JSON.stringify(schema));
    await rename(`${cacheFile}.new`, cacheFile);
    return schema;
  } catch (error) {
    const known = await readFile(cacheFile, 'utf8').catch(() => undefined);
    if (known === undefined) throw error;
    log('warn', `${(error as Error).message}; the schema of the last start is used`);
    return JSON.parse(known) as RegisteredSchema;
  }
}

async function fetchSchema({ registry, subject }: SchemaOptions): Promise<RegisteredSchema> {
  const url = `${registry.url.replace(/\/$/, '')}/subjects/${encodeURIComponent(subject)}/versions/latest`;
  const response = await fetch(url, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
    headers: authorization(registry),
  }).catch((error: Error) => {
    throw new Error(`subject "${subject}" cannot be read from ${url}: ${(error.cause as Error | undefined)?.message ?? error.message}`); // prettier-ignore
  });
  if (!response.ok)
    throw new Error(`subject "${subject}" cannot be read from ${url}: HTTP ${response.status}`);
  const { id, schema } = (await response.json()) as RegisteredSchema;
  return { id, schema };
}

function authorization({ username, password_file }: Config['registry']): Record<string, string> {
  if (username === undefined) return {};
  const password = password_file === undefined ? '' : readFileSync(password_file, 'utf8').trim();
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/**
 * Encodes events in Confluent's wire format (magic byte 0, schema id as 4 bytes big-endian, Avro) with the schema that is
 * registered: the declaration owns it. Fields that a newer schema adds take their default.
 */
export function createEncoder({ id, schema }: RegisteredSchema): Encoder {
  const parsed = JSON.parse(schema) as Parameters<typeof Type.forSchema>[0];
  const type = Type.forSchema(parsed, { wrapUnions: false });
  const header = Buffer.alloc(5);
  header.writeUInt8(MAGIC, 0);
  header.writeUInt32BE(id, 1);
  return (event) =>
    Buffer.concat([header, type.toBuffer({ ...event, source_event_time: event.scrape_time })]);
}
