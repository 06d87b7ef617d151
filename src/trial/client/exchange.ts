import type { Refusal } from '../protocol.ts';
import { AwayError, LeaseError, ServerError, TokenError } from './errors.ts';
import { backoff, pause } from './pause.ts';

/** How a client reaches its server. */
export interface ExchangeOptions {
  /** See {@link serverAddress}. */
  readonly server: URL;
  readonly token: string;
  /** Default the program's own. */
  readonly fetch?: typeof fetch;
  /** Called when the server does not answer, and when it answers again. */
  readonly onAway?: (why: string) => void;
  readonly onBack?: () => void;
  /** For tests. Default `Math.random`. */
  readonly random?: () => number;
}

/** One request. */
export interface Sending {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  /** How long an answer may take. Default 30 seconds. */
  readonly seconds?: number;
  /** Seconds for which it is sent again until the server answers; 0: it is sent once. Default: for good. */
  readonly patience?: number;
  /** Ends the request and the waiting, with its reason. */
  readonly signal?: AbortSignal;
  /** Whether the browser sends it even if the page is closed. Default false. */
  readonly keepalive?: boolean;
  /** What a 404 is. Default: an error. */
  readonly missing?: 'null';
}

const SECONDS = 30;
/** Longest text of the server that a message repeats. */
const LONGEST = 300;
/** The server is overloaded, or something between is: it may answer later. */
const LATER = [408, 425, 429, 500, 502, 503, 504];

/** Sends requests to a sweep's server; those that fail on their way are sent again. */
export class Exchange {
  readonly #options: ExchangeOptions;
  #away = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /**
   * Sends a request and reads the answer.
   *
   * @param path below `api/`
   * @throws TokenError; LeaseError; ServerError; AwayError; the signal's reason
   */
  async send<T>(
    path: string,
    sending: Sending,
    read: (response: Response) => Promise<T>,
  ): Promise<T | null> {
    const began = performance.now();
    const { signal, patience = Infinity } = sending;
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted();
      try {
        const answer = await this.#once(path, sending, read);
        if (this.#away) this.#options.onBack?.();
        this.#away = false;
        return answer;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Later)) throw error;
        const { server, onAway, random } = this.#options;
        const waited = (performance.now() - began) / 1000;
        if (!this.#away) onAway?.(error.message);
        this.#away = true;
        if (waited >= patience) {
          throw new AwayError(
            `the server ${server.origin} does not answer: ${error.message}. Is it running, and can this machine reach it?`,
            { cause: error },
          );
        }
        await pause(Math.max(backoff(tries, random), error.wait), signal);
      }
    }
  }

  async #once<T>(
    path: string,
    { method, json, bytes, seconds = SECONDS, signal, keepalive, missing }: Sending,
    read: (response: Response) => Promise<T>,
  ): Promise<T | null> {
    const { server, token, fetch: send = globalThis.fetch } = this.#options;
    const body = json === undefined ? bytes : JSON.stringify(json);
    const type = json === undefined ? 'application/octet-stream' : 'application/json';
    const timeout = AbortSignal.timeout(Math.ceil(seconds * 1000));
    let response: Response;
    try {
      response = await send(new URL(`api/${path}`, server).href, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': type }),
        },
        ...(body === undefined ? {} : { body: body as BodyInit }),
        // A token goes to its server alone.
        redirect: 'manual',
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        ...(keepalive ? { keepalive } : {}),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      if (response.ok) return await read(response);
    } catch (error) {
      if (error instanceof ServerError) throw error;
      throw new Later(reasonOf(error));
    }
    if (response.status === 404 && missing === 'null') {
      await response.body?.cancel();
      return null;
    }
    throw await refusalOf(response, server);
  }
}

/** A request that may succeed later. */
class Later extends Error {
  /** @param wait milliseconds that the server asked for */
  constructor(
    message: string,
    readonly wait = 0,
  ) {
    super(message);
  }
}

/** Node's `fetch failed` has its reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  const code = typeof cause === 'object' && cause && 'code' in cause ? `: ${cause.code}` : '';
  return `${error.message}${code}`;
}

/** Most seconds of a Retry-After that are waited. */
const MOST_WAIT = 60;

async function refusalOf(response: Response, { origin }: URL): Promise<Error> {
  const { status, headers, type } = response;
  if (type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    return new ServerError(
      `${origin} sends to another address; give that of the server itself`,
      status,
    );
  }
  const said = await sayingOf(response);
  const text = said === '' ? `it answered ${status}` : said;
  if (LATER.includes(status)) {
    const wait = Number(headers.get('retry-after') ?? 0);
    return new Later(text, Math.min(MOST_WAIT, wait > 0 ? wait : 0) * 1000);
  }
  if (status === 401) {
    return new TokenError(
      `the server ${origin} refuses the token (${text}). Give the one that it printed when it started`,
    );
  }
  if (status === 409 || status === 410) return new LeaseError(text);
  return new ServerError(`the server ${origin} refuses: ${text}`, status);
}

/** What a refusal says; empty if it says nothing that can be read. */
async function sayingOf(response: Response): Promise<string> {
  try {
    const { message }: Partial<Refusal> = JSON.parse(await response.text());
    if (typeof message !== 'string') return '';
    return message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
  } catch {
    return '';
  }
}
