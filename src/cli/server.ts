import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { bracketed, hostHeaders, originOf } from './hosts.ts';
import { listen } from './listen.ts';
import { type Answering, answer, answerMalformed, type Table } from './serve-answer.ts';
import { standingHeaders } from './serve-headers.ts';

/** URL path (as the server sees it, percent-decoded) → file. */
export type Files = ReadonlyMap<string, string>;

/** A running server. */
export interface Server {
  /** `http://127.0.0.1:PORT`, a secure context, so that `navigator.gpu` exists there. */
  readonly origin: string;
  /** The address that the server listens on. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Additional sources for `script-src`, in the syntax of a Content-Security-Policy. Default: none. */
  readonly scripts?: readonly string[];
  /** Other origins that the page may send requests to. Default: none. */
  readonly connect?: readonly string[];
  /** Name or address to listen on. Default 127.0.0.1, which only this computer can reach. */
  readonly host?: string;
  /** Default 0: the system picks one. */
  readonly port?: number;
  /** Additional host names that are accepted, with any port: those of a proxy. Default: none. */
  readonly allowed?: readonly string[];
  /** How long a client may take to send its request, in milliseconds. Default 10,000. */
  readonly headersTimeoutMs?: number;
}

/** An empty page, for asking the browser about its adapter. */
export const BLANK_PAGE = '/blank.html';

const BLANK = {
  type: 'text/html; charset=utf-8',
  body: '<!doctype html><meta charset="utf-8"><title>gradweave</title><link rel="icon" href="data:,">\n',
};

/**
 * Lists a folder's own files under a URL prefix, for {@link startServer}.
 *
 * @param prefix `/` or `/data/`.
 * @param names The names that may be served; those that do not exist are left out.
 *   Default: every file of the folder, without its subfolders.
 */
export async function filesIn(
  directory: string,
  prefix: string,
  names?: readonly string[],
): Promise<Map<string, string>> {
  const entries = await readdir(directory);
  const candidates = entries.filter((name) => names?.includes(name) ?? true);
  // stat follows links: a link to a file counts as a file, a broken link does not.
  const facts = await Promise.all(
    candidates.map((name) => stat(join(directory, name)).catch(() => null)),
  );
  const allowed = candidates.filter((_, i) => facts[i]?.isFile());
  return new Map(allowed.map((name) => [prefix + name, join(directory, name)]));
}

/** Far more than a browser opens, and few enough to leave file handles for files. */
const MAX_CONNECTIONS = 400;
/** An answer is given up if the client reads nothing for so long, in milliseconds. */
const STALL_MS = 300_000;

/**
 * Serves a fixed table of files and contents, for GET and HEAD only.
 *
 * A request is looked up in the table by its whole path, which is never joined to a folder's name.
 * So no path leads out of a folder.
 *
 * @throws {PortTakenError | ListenError} if it cannot listen there.
 */
export async function startServer(table: Table, options: ServerOptions = {}): Promise<Server> {
  const {
    scripts = [],
    connect = [],
    host = '127.0.0.1',
    port = 0,
    headersTimeoutMs = 10_000,
  } = options;
  const allowed = new Set((options.allowed ?? []).map((name) => bracketed(name)));
  const headers = standingHeaders(scripts, connect);
  let answering: Answering = { table: new Map(), hosts: new Set(), allowed, origin: '', headers };
  /** Unfinished answers of each connection; several if requests are pipelined. */
  const underway = new WeakMap<Duplex, number>();
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: headersTimeoutMs,
      requestTimeout: 2 * headersTimeoutMs,
      // With Node's own interval of 30 s, a limit of 10 s would become 40 s.
      connectionsCheckingInterval: headersTimeoutMs / 2,
    },
    (request, response) => {
      const { socket } = request;
      underway.set(socket, (underway.get(socket) ?? 0) + 1);
      response.once('close', () => underway.set(socket, (underway.get(socket) ?? 0) - 1));
      // The client is gone, or the file became unreadable: nobody can be told.
      answer(request, response, answering).catch(() => socket.destroy());
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = STALL_MS;
  server.on('clientError', (error, socket) => {
    answerMalformed(error, socket, headers, (underway.get(socket) ?? 0) > 0);
  });
  const bound = await listen(server, host, port);
  // A connection that cannot be accepted must not end the others.
  server.on('error', () => {});
  const origin = originOf(bound.address, bound.port);
  answering = {
    table: new Map([[BLANK_PAGE, BLANK], ...table]),
    hosts: hostHeaders(host, bound.address, bound.port),
    allowed,
    origin,
    headers,
  };
  return {
    origin,
    address: bound.address,
    port: bound.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
