import { get, request } from 'node:http';

const TIMEOUT_MS = 2000;

/** The status code of a GET; 0 when nobody answers in time. */
export function httpStatus(url: string): Promise<number> {
  return new Promise((resolve) => {
    const call = get(url, { timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(0));
  });
}

/** Sends JSON. Rejects when the answer is not a 2xx, with its text. */
export function sendJson(method: string, url: string, body: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { method, timeout: TIMEOUT_MS * 5, headers: { 'content-type': 'application/json' } };
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve();
        else
          reject(
            new Error(`${method} ${url} was answered with ${status}: ${Buffer.concat(chunks).toString()}`),
          );
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${url}: no answer in ${options.timeout} ms`)));
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}
