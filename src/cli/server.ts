import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

/** URL path (as the server sees it, percent-decoded) → file. Nothing else is ever served. */
export type Files = ReadonlyMap<string, string>;

/** A running server. */
export interface Server {
  /** `http://127.0.0.1:PORT`, a secure context, so that `navigator.gpu` exists there. */
  readonly origin: string;
  close(): Promise<void>;
}

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: Readonly<Record<string, string>> = {
  // Isolated pages have clocks of 5 µs instead of 100 µs, and threads for WebAssembly.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

export interface ServerOptions {
  /** More that scripts may come from or do, as a Content-Security-Policy names it. Default none. */
  readonly scripts?: readonly string[];
}

/** An empty page of the server's own, for asking the browser about its adapter. */
export const BLANK_PAGE = '/blank.html';

const BLANK_HTML =
  '<!doctype html><meta charset="utf-8"><title>gradweave</title><link rel="icon" href="data:,">\n';

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
  // stat, not the entry's own type: a link to a file is as good as a file.
  const facts = await Promise.all(candidates.map((name) => stat(join(directory, name))));
  const allowed = candidates.filter((_, i) => facts[i].isFile());
  return new Map(allowed.map((name) => [prefix + name, join(directory, name)]));
}

/**
 * Serves a fixed table of files on 127.0.0.1, on a port that the system picks.
 *
 * A request is looked up in the table by its whole path and is never joined to a folder's name,
 * so there is no path that could lead out of a folder.
 */
export async function startServer(files: Files, options: ServerOptions = {}): Promise<Server> {
  let host = '';
  const { scripts = [] } = options;
  const policy = scripts.length > 0 ? `${POLICY}; script-src 'self' ${scripts.join(' ')}` : POLICY;
  const server = createServer((request, response) => {
    response.setHeader('Content-Security-Policy', policy);
    answer(request, response, files, host);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Why a request gets no file. */
interface Refusal {
  readonly status: number;
  readonly text: string;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: Files,
  host: string,
): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const found = decide(request, files, host);
  if (typeof found !== 'string') {
    refuse(response, found);
  } else if (found === BLANK_PAGE) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(BLANK_HTML);
  } else {
    send(request, response, found);
  }
}

/** The file to send, {@link BLANK_PAGE}, or why neither. */
function decide(request: IncomingMessage, files: Files, host: string): string | Refusal {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, text: 'Only GET and HEAD are allowed here.' };
  }
  // A foreign Host means a foreign page whose name was made to resolve to this machine.
  if (request.headers.host !== host) {
    return { status: 403, text: `This is ${host}; ask for it by that name.` };
  }
  const path = decodePath(request.url ?? '');
  if (path === null) return { status: 400, text: 'The path is not properly encoded.' };
  if (path === BLANK_PAGE) return path;
  return files.get(path) ?? { status: 404, text: 'There is no such file here.' };
}

/** The path without its query, decoded once; null when the encoding is broken. */
function decodePath(url: string): string | null {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, ''));
  } catch {
    return null;
  }
}

function send(request: IncomingMessage, response: ServerResponse, file: string): void {
  const stream = createReadStream(file);
  stream.once('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(response, { status: 404, text: 'The file cannot be read.' });
  });
  stream.once('open', () => {
    const type = MIME[extname(file).toLowerCase()] ?? 'application/octet-stream';
    response.setHeader('Content-Type', type);
    if (request.method === 'HEAD') {
      stream.destroy();
      response.end();
    } else {
      stream.pipe(response);
    }
  });
  response.once('close', () => stream.destroy());
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  response.statusCode = status;
  if (status === 405) response.setHeader('Allow', 'GET, HEAD');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text}\n`);
}
