import { createHash, createHmac } from 'node:crypto';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 's3';

export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly method: string;
  /** With its query, parameters in any order. */
  readonly url: URL;
  readonly body: Buffer;
  readonly date: Date;
}

/** Headers that sign a request: AWS Signature Version 4 over host, date and body. */
export function signedHeaders(request: RequestToSign, key: SigningKey): Record<string, string> {
  const timestamp = request.date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [timestamp.slice(0, 8), key.region, SERVICE, 'aws4_request'].join('/');
  const headers = {
    host: request.url.host,
    'x-amz-content-sha256': sha256(request.body),
    'x-amz-date': timestamp,
  };
  const names = Object.keys(headers).sort();
  const toSign = [ALGORITHM, timestamp, scope, sha256(canonicalRequest(request, headers, names))].join('\n');
  const signature = hmac(signingKey(key, scope), toSign).toString('hex');
  const credential = `Credential=${key.accessKey}/${scope}`;
  return {
    ...headers,
    authorization: `${ALGORITHM} ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function canonicalRequest(
  { method, url, body }: RequestToSign,
  headers: Record<string, string>,
  names: readonly string[],
): string {
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  return [method, url.pathname, query.join('&'), lines, names.join(';'), sha256(body)].join('\n');
}

function signingKey({ secretKey }: SigningKey, scope: string): Buffer {
  const start: Buffer = Buffer.from(`AWS4${secretKey}`);
  return scope.split('/').reduce((key, part) => hmac(key, part), start);
}

/** As RFC 3986 wants it, which `encodeURIComponent` nearly does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
