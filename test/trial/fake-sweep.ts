/** A server of a sweep for tests: the protocol over HTTP, with its trials in memory. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  ClaimAnswer,
  ClaimRequest,
  EpochRequest,
  ReleaseRequest,
  ResultRequest,
} from '../../src/trial/protocol.ts';
import type { TrialEpoch, TrialResult } from '../../src/trial/result.ts';
import type { TrialSpec } from '../../src/trial/spec.ts';

export const TOKEN = 'a-token-for-tests';

/** A trial as the server has it. */
export interface FakeTrial {
  readonly id: string;
  readonly spec: TrialSpec;
  state: 'waiting' | 'running' | 'done' | 'pruned' | 'failed';
  lease: string | undefined;
  /** When the server last heard of it, in milliseconds. */
  heard: number;
  attempts: number;
  worker: string;
  checkpoint: Buffer | undefined;
  epochs: TrialEpoch[];
  result: TrialResult | undefined;
  failure: string | undefined;
}

export interface FakeOptions {
  readonly heartbeatSeconds?: number;
  readonly checkpointSeconds?: number;
  /** Whether it says that the sweep is over when no trial waits or runs. Default true. */
  readonly ends?: boolean;
  /** Files of the data. */
  readonly data?: ReadonlyMap<string, Uint8Array>;
  readonly host?: string;
  readonly port?: number;
  /** Called before an answer; may answer itself, and then returns true. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Most bytes of a checkpoint. */
  readonly most?: number;
  /** Whether the trial is to stop after this epoch. */
  readonly prunes?: (trial: FakeTrial, epoch: TrialEpoch) => boolean;
}

export interface FakeSweep {
  readonly url: string;
  readonly trials: readonly FakeTrial[];
  /** `METHOD path`, in order; ids are shortened. */
  readonly requests: readonly string[];
  add(...trials: readonly { readonly id: string; readonly spec: TrialSpec }[]): void;
  /** Stops listening and cuts all connections; the trials stay. */
  down(): Promise<void>;
  /** Listens again at the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function bodyOf(request: IncomingMessage, most = 2 ** 20): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > most) throw new Refused(413, `at most ${most} bytes are taken`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export async function fakeSweep(options: FakeOptions = {}): Promise<FakeSweep> {
  const { heartbeatSeconds = 3, checkpointSeconds = 0, ends = true, data = new Map() } = options;
  const trials: FakeTrial[] = [];
  const requests: string[] = [];

  const takeBack = (): void => {
    for (const trial of trials) {
      const silent = performance.now() - trial.heard > heartbeatSeconds * 1000;
      if (trial.state === 'running' && silent) {
        trial.state = 'waiting';
        trial.lease = undefined;
      }
    }
  };

  async function claim({ worker, most = 1, waitSeconds = 0 }: ClaimRequest): Promise<ClaimAnswer> {
    const until = performance.now() + 1000 * waitSeconds;
    for (;;) {
      takeBack();
      const found = trials.filter(({ state }) => state === 'waiting').slice(0, most);
      const over = ends && trials.every(({ state }) => !['waiting', 'running'].includes(state));
      if (found.length === 0 && !over && performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      return {
        trials: found.map((trial) => {
          const lease = randomUUID();
          Object.assign(trial, { state: 'running', lease, heard: performance.now() });
          trial.worker = worker.name;
          const attempt = trial.attempts++;
          const { id, spec, checkpoint } = trial;
          return { id, spec, lease, attempt, checkpoint: checkpoint !== undefined };
        }),
        ...{ heartbeatSeconds, checkpointSeconds, over },
      };
    }
  }

  function held(id: string, lease: string | null | undefined): FakeTrial {
    takeBack();
    const trial = trials.find((one) => one.id === id);
    if (!trial) throw new Refused(404, 'there is no such trial');
    if (trial.lease !== lease || trial.state !== 'running') {
      throw new Refused(409, 'the trial was given to another worker');
    }
    trial.heard = performance.now();
    return trial;
  }

  async function answer(request: IncomingMessage, url: URL): Promise<unknown> {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      throw new Refused(401, 'the token is wrong');
    }
    const path = url.pathname.replace(/^\/api\//, '');
    const json = async <T>(): Promise<T> => JSON.parse((await bodyOf(request)).toString());
    if (path === 'claim') return claim(await json());
    if (path.startsWith('data/')) {
      const bytes = data.get(path.slice('data/'.length));
      if (!bytes) throw new Refused(404, 'no such file');
      return bytes;
    }
    const [, id, what] = /^trials\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (what === 'checkpoint') {
      const trial = held(id, url.searchParams.get('lease'));
      if (request.method === 'PUT') {
        trial.checkpoint = await bodyOf(request, options.most ?? 2 ** 30);
        return undefined;
      }
      if (!trial.checkpoint) throw new Refused(404, 'no checkpoint');
      return trial.checkpoint;
    }
    const message = await json<EpochRequest & ResultRequest & ReleaseRequest>();
    const trial = held(id, message.lease);
    if (what === 'heartbeat') return { go: 'on' };
    if (what === 'epoch') {
      trial.epochs.push(message.epoch);
      return { go: options.prunes?.(trial, message.epoch) ? 'stop' : 'on' };
    }
    trial.lease = undefined;
    if (what === 'result') {
      trial.state = message.ended ?? 'done';
      trial.result = message.result;
      return { taken: 'first', agrees: null };
    }
    trial.state = message.why === 'failed' ? 'failed' : 'waiting';
    trial.failure = message.message;
    return undefined;
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    requests.push(`${request.method} ${url.pathname.replace(/\w{64}\//, '').replace('/api/', '')}`);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    response.setHeader('access-control-allow-methods', 'GET, POST, PUT');
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    if (options.before?.(request, response)) return;
    answer(request, url).then(
      (value) => {
        if (value === undefined) response.writeHead(204).end();
        else if (value instanceof Uint8Array) response.end(value);
        else response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
      },
      (error: unknown) => {
        const status = error instanceof Refused ? error.status : 400;
        const text = { error: 'Refused', message: String((error as Error).message) };
        response.writeHead(status, { connection: 'close' }).end(JSON.stringify(text));
      },
    );
  });
  const host = options.host ?? '127.0.0.1';
  let port = options.port ?? 0;
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
    trials,
    requests,
    add: (...more) => {
      for (const { id, spec } of more) {
        trials.push({
          ...{ id, spec, state: 'waiting', lease: undefined, heard: 0, attempts: 0, worker: '' },
          ...{ checkpoint: undefined, epochs: [], result: undefined, failure: undefined },
        });
      }
    },
    up,
    down,
    close: down,
  };
}
