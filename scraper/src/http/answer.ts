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
  if (Number(response.headers['content-length']) > max_body_bytes) throw tooLarge(max_body_bytes, status);
  const body = await readBody(response, max_body_bytes, status);
  return { status, body, notModified: false, etag: validator(etag), lastModified: validator(lastModified) };
}

const tooLarge = (limit: number, status: number): ScrapeError =>
  new ScrapeError('too_large', `the answer is larger than ${limit} bytes`, status);

/** Cheaper than iterating: this runs for every poll. */
function readBody(response: IncomingMessage, limit: number, status: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge(limit, status));
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.once('error', reject);
    response.once('close', () => reject(new Error('the connection ended within the answer')));
  });
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
