/** How the server answers a request, well-formed or not. */
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { nameOf } from './hosts.ts';
import { typeOf } from './serve-headers.ts';

/** Something that is served from memory. */
export interface Content {
  /** Its Content-Type. */
  readonly type: string;
  readonly body: string;
}

/** URL path (as the server sees it, percent-decoded) → file or content. Nothing else is served. */
export type Table = ReadonlyMap<string, string | Content>;

/** What the server needs to answer requests. */
export interface Answering {
  readonly table: Table;
  /** The Host headers that are accepted. */
  readonly hosts: ReadonlySet<string>;
  /** Host names that are accepted with any port. */
  readonly allowed: ReadonlySet<string>;
  /** The server's own address, for the message to clients with another Host. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a request is refused. */
interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** Answers one request. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
): Promise<void> {
  for (const [name, value] of Object.entries(answering.headers)) response.setHeader(name, value);
  const found = decide(request, answering);
  if (typeof found === 'string') return sendFile(request, response, found);
  if ('status' in found) return refuse(response, found);
  sendText(response, found);
}

/** The file or content to send, or the reason for a refusal. */
function decide(
  { method, headers, url = '' }: IncomingMessage,
  { table, hosts, allowed, origin }: Answering,
): string | Content | Refusal {
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, text: 'Only GET and HEAD are allowed here.' };
  }
  // A foreign Host is a sign of DNS rebinding: a foreign page whose name resolves to this machine.
  const host = (headers.host ?? '').toLowerCase();
  if (!hosts.has(host) && !allowed.has(nameOf(host))) {
    return {
      status: 403,
      text: `This server is ${origin}; use that address. Behind a proxy, start it with --allow-host NAME.`,
    };
  }
  const path = decodePath(url);
  if (path === null) return { status: 400, text: 'The path is not encoded correctly.' };
  return table.get(path) ?? { status: 404, text: 'File not found.' };
}

/**
 * The path without its query, decoded once. Null if the encoding is broken, or hides a slash, a backslash or
 * a NUL: each file has only one address.
 */
function decodePath(url: string): string | null {
  const path = url.replace(/\?.*$/s, '');
  if (/%(2f|5c|00)|\\/i.test(path)) return null;
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
): Promise<void> {
  const handle = await open(file).catch(() => null);
  const unreadable = { status: 404, text: 'The file cannot be read.' };
  if (handle === null) return refuse(response, unreadable);
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) return refuse(response, unreadable);
    const { size } = facts;
    response.setHeader('Content-Type', typeOf(file));
    response.setHeader('Content-Length', size);
    if (request.method === 'HEAD' || size === 0) {
      response.end();
      return;
    }
    const stream = handle.createReadStream({ end: size - 1, autoClose: false });
    await pipeline(stream, response, { end: false });
    // If the file has become shorter, the client would wait for the rest forever.
    if (stream.bytesRead < size) request.socket.destroy();
    else response.end();
  } finally {
    await handle.close();
  }
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  response.statusCode = status;
  if (status === 405) {
    response.setHeader('Allow', 'GET, HEAD');
    // Whatever else the client sends is ignored.
    response.setHeader('Connection', 'close');
  }
  sendText(response, { type: 'text/plain; charset=utf-8', body: `${text}\n` });
}

function sendText(response: ServerResponse, { type, body }: Content): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  // Node leaves the body out of the answer to HEAD.
  response.end(body);
}

/** How long a client may keep sending after its request was refused. */
const LINGER_MS = 1000;

const STATUS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/**
 * Answers what is no HTTP, is too long or does not come to an end, and closes the connection.
 *
 * @param answering Whether an answer to an earlier request is on its way: another one would be
 *   taken for a part of it.
 */
export function answerMalformed(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  headers: Readonly<Record<string, string>>,
  answering: boolean,
): void {
  // Already answered. Closing while bytes still arrive would lose the answer.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || answering || !socket.writable) {
    socket.destroy();
    return;
  }
  const lines = Object.entries({ ...headers, 'Content-Length': '0', Connection: 'close' });
  const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${text}\r\n`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
