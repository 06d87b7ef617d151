import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { bracketed, hostHeaders, nameOf, originOf } from '../../../src/cli/hosts.ts';
import { listen } from '../../../src/cli/listen.ts';
import {
  type Answering,
  answer,
  answerMalformed,
  type Table,
} from '../../../src/cli/serve-answer.ts';
import { standingHeaders } from '../../../src/cli/serve-headers.ts';
import type { Objective, SweepState } from '../contract.ts';
import type { SweepStore } from '../store/store.ts';
import { type Api, answerApi, sendJson } from './api.ts';
import { Checkpoints } from './checkpoints.ts';
import { Origins, PREFLIGHT } from './origins.ts';
import { RateLimit } from './rate.ts';
import { RefusedError, refusalOf } from './refusal.ts';
import { RefusalLog, shown } from './refusal-log.ts';
import { newToken, tokenCheck } from './token.ts';

/** What `GET /api/state` says of the sweep beside its trials. */
export interface SweepFacts {
  readonly name: string;
  readonly objective: Objective;
  readonly dimensions: readonly string[];
  /** How many trials there will be; null if not decided. */
  readonly planned: () => number | null;
  /** Whether all have ended and none will follow. */
  readonly over: () => boolean;
}

export interface SweepServerOptions {
  readonly store: SweepStore;
  /** Of the sweep: checkpoints are in `checkpoints/`. */
  readonly folder: string;
  readonly sweep: SweepFacts;
  /** Default: a new random one. */
  readonly token?: string;
  /** Name or address to listen on. Default 127.0.0.1, which only this computer can reach. */
  readonly host?: string;
  /** Default 0: the system picks one. */
  readonly port?: number;
  /** Additional host names that are accepted, with any port: those of a proxy. Default: none. */
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may work for the sweep, as `https://example.org`; `*` for all. Default: only the server's own. */
  readonly allowedOrigins?: readonly string[];
  /** Files that need no token: pages and their scripts, by path. */
  readonly pages?: Table;
  /** Files of the data for workers, by name. */
  readonly data?: Table;
  /** A worker stores a checkpoint at the end of an epoch, if so many seconds have passed. Default 60. */
  readonly checkpointSeconds?: number;
  /** Most bytes of a checkpoint. Default 1 GiB. */
  readonly mostCheckpointBytes?: number;
  /** Most bytes of all checkpoints. Default 64 GiB. */
  readonly mostCheckpointsBytes?: number;
  /** Requests a second of one address. Default 2000. */
  readonly mostRequestsPerSecond?: number;
  /** Takes a line for people. Default: standard error. */
  readonly log?: (line: string) => void;
}

export interface SweepServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly address: string;
  readonly port: number;
  readonly token: string;
  /** How many requests were refused. */
  readonly refused: number;
  close(): Promise<void>;
}

const GIB = 2 ** 30;
const HEADERS_MS = 10_000;
/** Far more than workers and views open. */
const MOST_CONNECTIONS = 2000;
/** Nothing is sent or received for so long: more than a worker waits for a trial. */
const IDLE_MS = 120_000;
/** Wrong tokens a second of one address. */
const WRONG_TOKENS = 5;

/**
 * Serves a sweep to its workers and views.
 *
 * @throws {PortTakenError | ListenError} if it cannot listen there
 */
export async function startSweepServer(options: SweepServerOptions): Promise<SweepServer> {
  const { store, host = '127.0.0.1', port = 0, token = newToken() } = options;
  const log = options.log ?? ((line: string) => console.error(line));
  const checkpoints = await Checkpoints.open(
    join(options.folder, 'checkpoints'),
    {
      bytes: options.mostCheckpointBytes ?? GIB,
      totalBytes: options.mostCheckpointsBytes ?? 64 * GIB,
      uploads: 64,
    },
    (id) => ['waiting', 'running'].includes(store.get(id)?.state ?? ''),
  );
  const unlisten = store.listen((event) => {
    if (event.type !== 'ended') return;
    checkpoints.remove(event.trial.id).catch((error: Error) => {
      log(`a checkpoint could not be removed: ${error.message}`);
    });
  });
  const one = new Listener(options, checkpoints, token, log);
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: HEADERS_MS,
      // Checkpoints take as long as they take; those that stall are ended, and so are messages after 20 s.
      requestTimeout: 0,
      connectionsCheckingInterval: HEADERS_MS / 2,
    },
    (request, response) => one.take(request, response),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = IDLE_MS;
  server.keepAliveTimeout = 65_000;
  server.on('clientError', (error, socket) => one.malformed(error, socket));
  const bound = await listen(server, host, port);
  // A connection that cannot be accepted must not end the others.
  server.on('error', () => {});
  one.bind(host, bound.address, bound.port);
  return {
    origin: one.origin,
    address: bound.address,
    port: bound.port,
    token,
    get refused() {
      return one.refusals.count;
    },
    close: async () => {
      unlisten();
      one.refusals.flush();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

class Listener {
  readonly refusals: RefusalLog;
  origin = '';
  readonly #api: Api;
  readonly #checkToken: (header: string | undefined) => void;
  readonly #origins: Origins;
  readonly #rate: RateLimit;
  readonly #wrongTokens = new RateLimit(WRONG_TOKENS, 4 * WRONG_TOKENS);
  readonly #log: (line: string) => void;
  readonly #headers = standingHeaders([]);
  readonly #data: Table;
  readonly #pages: Table;
  #answering: Answering;
  readonly #underway = new WeakMap<Duplex, number>();

  constructor(
    options: SweepServerOptions,
    checkpoints: Checkpoints,
    token: string,
    log: (line: string) => void,
  ) {
    const { store, sweep, checkpointSeconds = 60 } = options;
    this.refusals = new RefusalLog((line) => log(`refused: ${line}`));
    this.#log = log;
    this.#checkToken = tokenCheck(token);
    this.#origins = new Origins(options.allowedOrigins ?? []);
    const perSecond = options.mostRequestsPerSecond ?? 2000;
    this.#rate = new RateLimit(perSecond, 2 * perSecond);
    const data = options.data ?? new Map();
    const list = JSON.stringify({ files: [...data.keys()] });
    const index = { type: 'application/json', body: `${list}\n` };
    this.#data = new Map([
      ['/api/data/index.json', index],
      ...[...data].map(([name, file]) => [`/api/data/${name}`, file] as const),
    ]);
    this.#pages = options.pages ?? new Map();
    this.#answering = {
      table: this.#pages,
      hosts: new Set(),
      allowed: new Set((options.allowedHosts ?? []).map((name) => bracketed(name.toLowerCase()))),
      origin: '',
      headers: this.#headers,
    };
    this.#api = {
      store,
      checkpoints,
      checkpointSeconds,
      over: sweep.over,
      state: (since) => stateOf(options, since),
      data: (request, response) =>
        answer(request, response, { ...this.#answering, table: this.#data, headers: {} }),
    };
  }

  bind(host: string, address: string, port: number): void {
    this.origin = originOf(address, port);
    const hosts = hostHeaders(host, address, port);
    this.#answering = { ...this.#answering, hosts, origin: this.origin };
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#underway.set(socket, (this.#underway.get(socket) ?? 0) + 1);
    response.once('close', () => this.#underway.set(socket, (this.#underway.get(socket) ?? 0) - 1));
    // A request that was ended has no socket any more.
    const { remoteAddress: client = '?' } = socket;
    this.#answer(request, response).catch((error) => {
      try {
        this.#refuse(request, response, error, client);
      } catch (cause) {
        // Whatever a client does: the others are served.
        this.#log(`a request could not be refused: ${shown(String(cause), 300)}`);
        socket.destroy();
      }
    });
  }

  malformed(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code !== 'ECONNRESET') this.refusals.add(`no HTTP: ${error.code ?? error.message}`);
    answerMalformed(error, socket, this.#headers, (this.#underway.get(socket) ?? 0) > 0);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.#headers)) response.setHeader(name, value);
    const client = request.socket.remoteAddress ?? '';
    if (!this.#rate.take(client)) throw tooMany();
    this.#checkHost(request);
    const url = urlOf(request);
    if (!url.pathname.startsWith('/api/')) return answer(request, response, this.#answering);
    const own = (origin: string) => this.#isOwn(origin);
    for (const [name, value] of Object.entries(this.#origins.headers(request, own))) {
      response.setHeader(name, value);
    }
    // The API's answers are for whoever has the token, also from pages of other origins that were named.
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...PREFLIGHT }).end();
      return;
    }
    this.#authorize(request, client);
    await answerApi(this.#api, { request, response, url });
  }

  /** A foreign Host is a sign of DNS rebinding: a foreign page whose name resolves to this machine. */
  #checkHost({ headers }: IncomingMessage): void {
    const host = (headers.host ?? '').toLowerCase();
    const { hosts, allowed, origin } = this.#answering;
    if (hosts.has(host) || allowed.has(nameOf(host))) return;
    throw new RefusedError(
      403,
      'HostError',
      `this server is ${origin}; use that address. Behind a proxy, start it with --allow-host NAME`,
    );
  }

  #isOwn(origin: string): boolean {
    try {
      const { host } = new URL(origin);
      return this.#answering.hosts.has(host) || this.#answering.allowed.has(nameOf(host));
    } catch {
      return false;
    }
  }

  #authorize({ headers }: IncomingMessage, client: string): void {
    try {
      this.#checkToken(headers.authorization);
    } catch (error) {
      if (!this.#wrongTokens.take(client)) throw tooMany();
      throw error;
    }
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    client: string,
  ): void {
    const refusal = refusalOf(error);
    const { method = '', url = '' } = request;
    const place = `${client} ${method} ${url.replace(/lease=[^&]*/g, 'lease=…')}`;
    this.refusals.add(
      `${shown(place, 140)}: ${refusal.status} ${refusal.name}: ${refusal.message}`,
    );
    if (refusal.status === 500) this.#log(shown(String((error as Error)?.stack ?? error), 2000));
    if (refusal.status === 503 && error instanceof Error && error !== refusal) {
      this.refusals.add(`the database: ${error.message}`);
    }
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    response.statusCode = refusal.status;
    if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (refusal.status === 429 || refusal.status === 503) response.setHeader('Retry-After', '1');
    // Whatever else the client sends is not read.
    if (!request.complete) response.setHeader('Connection', 'close');
    sendJson(response, { error: refusal.name, message: refusal.message }).catch(() =>
      response.destroy(),
    );
  }
}

const tooMany = (): RefusedError =>
  new RefusedError(429, 'RateError', 'too many requests of this address; wait a second');

/** Each thing has one address: no `..`, no second slash, no other host, which a URL would tidy away. */
function urlOf({ url = '/' }: IncomingMessage): URL {
  const wrong = new RefusedError(400, 'PathError', 'the address is not written as it is read');
  try {
    const read = new URL(url, 'http://server.invalid');
    if (read.pathname === url.replace(/[?#].*$/s, '')) return read;
  } catch {
    throw wrong;
  }
  throw wrong;
}

function stateOf({ store, sweep }: SweepServerOptions, since: number | null): SweepState {
  return {
    revision: store.revision,
    name: sweep.name,
    objective: sweep.objective,
    dimensions: sweep.dimensions,
    planned: sweep.planned(),
    over: sweep.over(),
    trials: store.trialsSince(since),
    workers: store.workers,
    alarms: store.alarms,
    began: store.began,
    now: Date.now() / 1000,
  };
}
