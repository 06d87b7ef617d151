/** Requests as a client that means no good sends them. */
import { request } from 'node:http';
import { connect } from 'node:net';

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Where a server is asked. */
interface Place {
  readonly origin: string;
}

/** A request whose path goes out as it is: fetch() would tidy it up first. */
export function ask(
  { origin }: Place,
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<Answer> {
  const { hostname, port, host } = new URL(origin);
  return new Promise((resolve, reject) => {
    const { method = 'GET' } = options;
    const headers = { host: options.host ?? host };
    // A connection of its own: one that is kept may have been closed by the server meanwhile.
    request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('latin1').on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject).on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** How bytes are sent by {@link raw}. */
export interface Manner {
  /** Sends as many bytes first, and the rest a little later. */
  readonly splitAt?: number;
  /** Goes away as soon as the bytes are sent. */
  readonly breakOff?: boolean;
}

/** Bytes (as latin1) straight to the socket; what came back until it was closed, in any way. */
export function raw({ origin }: Place, bytes: string, manner: Manner = {}): Promise<string> {
  const { hostname, port } = new URL(origin);
  const { splitAt = 0, breakOff = false } = manner;
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname);
    const last = () => {
      socket.write(bytes.slice(splitAt), 'latin1');
      if (breakOff) socket.destroySoon();
    };
    socket.setNoDelay(true);
    if (splitAt === 0) last();
    else socket.write(bytes.slice(0, splitAt), 'latin1', () => setImmediate(last));
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      // Not sooner: a client that has ended its side is not answered.
      if (!socket.writableEnded) socket.end();
    });
    // A server that closes while bytes are on their way resets the connection: an end like any other.
    socket.on('error', () => {}).on('close', () => resolve(answer));
  });
}
