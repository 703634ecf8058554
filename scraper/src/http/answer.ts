import type { IncomingMessage } from 'node:http';
import { ScrapeError } from '../errors';

export interface Answer {
  readonly status: number;
  /** Empty on 304. */
  readonly body: Buffer;
  readonly notModified: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Validators are sent back with each poll: a server does not get to choose how much that is. */
const MAX_VALIDATOR = 1_024;

/** Reads a whole answer; refuses every status but 2xx and 304, what is packed, and what is larger than the kind allows. */
export async function readAnswer(
  response: IncomingMessage,
  { max_body_bytes }: { readonly max_body_bytes: number },
): Promise<Answer> {
  const status = response.statusCode ?? 0;
  const { etag, 'last-modified': lastModified, location } = response.headers;
  if (status === 304) {
    response.resume();
    return { status, body: Buffer.alloc(0), notModified: true };
  }
  refuseStatus(status, location);
  refuseEncoding(status, response.headers['content-encoding']);
  const tooLarge = new ScrapeError('too_large', `the answer is larger than ${max_body_bytes} bytes`, status);
  if (Number(response.headers['content-length']) > max_body_bytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > max_body_bytes) throw tooLarge;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return { status, body, notModified: false, etag: validator(etag), lastModified: validator(lastModified) };
}

const validator = (value: string | undefined): string | undefined =>
  value !== undefined && value.length <= MAX_VALIDATOR ? value : undefined;

function refuseStatus(status: number, location?: string): void {
  if (status >= 500) throw new ScrapeError('http_5xx', `HTTP ${status}`, status);
  if (status >= 400) throw new ScrapeError('http_4xx', `HTTP ${status}`, status);
  if (status >= 300) {
    const to = location?.slice(0, 200) ?? '(nowhere)';
    throw new ScrapeError('redirect', `redirected to ${to}; redirects are refused`, status);
  }
}

function refuseEncoding(status: number, encoding: string | undefined): void {
  if (encoding === undefined || encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw new ScrapeError('parse', `the answer is packed ("${encoding.slice(0, 50)}") though that was not asked for`, status); // prettier-ignore
}
