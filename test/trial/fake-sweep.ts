/** The server of a sweep for tests, over HTTP: a {@link FakeQueue} that goes down and up. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeOptions, FakeQueue } from './fake-queue.ts';

export interface FakeServerOptions extends FakeOptions {
  readonly host?: string;
  readonly port?: number;
  /** Called before an answer; may answer itself, and then returns true. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface FakeSweep extends Pick<FakeQueue, 'trials' | 'requests'> {
  readonly url: string;
  add: FakeQueue['add'];
  /** Stops listening and cuts all connections; the trials stay. */
  down(): Promise<void>;
  /** Listens again at the same port. */
  up(): Promise<void>;
}

export async function fakeSweep(options: FakeServerOptions = {}): Promise<FakeSweep> {
  const queue = new FakeQueue(options);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '', headers } = request;
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const { status, body } = await queue.fetch(`http://localhost${url}`, {
      method,
      headers: { authorization: headers.authorization ?? '' },
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    });
    response.writeHead(status);
    for await (const part of body ?? []) response.write(part);
    response.end();
  };
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    response.setHeader('access-control-allow-methods', 'GET, POST, PUT');
    if (request.method === 'OPTIONS') response.writeHead(204).end();
    else if (options.before?.(request, response)) queue.requests.push(`${request.method}`);
    else answer(request, response).catch(() => response.destroy());
  });
  const { host = '127.0.0.1' } = options;
  let { port = 0 } = options;
  const up = (): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, host, () => {
        ({ port } = server.address() as AddressInfo);
        resolve();
      });
    });
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await up();
  return {
    url: `http://${host}:${port}`,
    trials: queue.trials,
    requests: queue.requests,
    add: (...more) => queue.add(...more),
    up,
    down,
  };
}
