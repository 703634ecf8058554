import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FaultyProxy {
  readonly url: string;
  /** Requests that were answered with the failure. */
  readonly failed: () => number;
  readonly close: () => Promise<void>;
}

/** Stands before a server: its first requests fail with `status`, the others go through. */
export async function createFaultyProxy(
  target: string,
  {
    failures,
    status,
    message = 'not now',
  }: { readonly failures: number; readonly status: number; readonly message?: string },
): Promise<FaultyProxy> {
  let failed = 0;
  const server = createServer((request, response) => {
    if (failed < failures) {
      failed++;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
      const headers = { 'content-type': request.headers['content-type'] ?? 'application/json' };
      fetch(`${target}${request.url}`, { method: request.method, headers, body }).then(
        async (answer) => response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer())),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failed: () => failed,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
