import { setTimeout as pause } from 'node:timers/promises';
import { GradweaveError } from '../../errors.ts';
import { UsageError } from '../errors.ts';
import type { CheckpointPlace } from './place.ts';

/** Sends a request; signs it, or adds a token. */
export type Send = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Uint8Array<ArrayBuffer>;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

/** The variable that has the token, for messages. */
const TOKEN = 'GRADWEAVE_CHECKPOINT_TOKEN';

/** Pauses before a request is sent again, in milliseconds. */
const PAUSES = [500, 1000, 2000, 4000, 8000];

/** For a checkpoint of hundreds of megabytes. */
const LONGEST_MS = 600_000;

/** What to do about an answer, by its status. */
const ADVICE: Readonly<Record<number, string>> = {
  401: `Set ${TOKEN} to the token of the place`,
  403: 'The token or key may not read and write there; of S3 it also needs s3:ListBucket, without which a missing file is refused',
  404: 'There is no such folder or bucket; make it first',
  405: 'The server must take GET, PUT and DELETE',
  413: 'The server takes only smaller files; raise its limit',
};

/** A server that keeps files under a prefix by GET, PUT and DELETE. A PUT must replace a file at once, or not at all. */
export class HttpPlace implements CheckpointPlace {
  readonly #urlOf: (name: string) => string;
  readonly #send: Send;
  readonly #pauses: readonly number[];

  /** @param pauses for tests */
  constructor(urlOf: (name: string) => string, send: Send, pauses: readonly number[] = PAUSES) {
    this.#urlOf = urlOf;
    this.#send = send;
    this.#pauses = pauses;
  }

  at(name: string): string {
    // A query may be a key.
    return this.#urlOf(name).split('?')[0];
  }

  async load(name: string): Promise<Uint8Array | undefined> {
    return this.#ask('GET', name, async (response) => {
      if (response.status === 404 || response.status === 410) return undefined;
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : response;
    });
  }

  async save(name: string, bytes: Uint8Array): Promise<void> {
    const took = async (response: Response) => (response.ok ? undefined : response);
    await this.#ask('PUT', name, took, new Uint8Array(bytes));
  }

  async create(name: string, bytes: Uint8Array): Promise<boolean> {
    // 412: there is one. 409: another one is being put there right now, of S3.
    const took = async (response: Response) =>
      response.ok || (response.status !== 412 && response.status !== 409 && response);
    const answer = await this.#ask('PUT', name, took, new Uint8Array(bytes), {
      'if-none-match': '*',
    });
    return answer === true;
  }

  async remove(name: string): Promise<void> {
    await this.#ask('DELETE', name, async (response) =>
      response.ok || response.status === 404 || response.status === 410 ? undefined : response,
    );
  }

  /** Sends a request until `read` takes the answer; what it does not take is an error, or is asked again. */
  async #ask<T>(
    method: string,
    name: string,
    read: (response: Response) => Promise<T | Response>,
    body?: Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const url = this.#urlOf(name);
    for (let tried = 0; ; tried++) {
      let why: string;
      let cause: unknown;
      try {
        const signal = AbortSignal.timeout(LONGEST_MS);
        const answer = await read(
          await this.#send(url, { method, signal, headers, ...(body ? { body } : {}) }),
        );
        if (!(answer instanceof Response)) return answer;
        await answer.body?.cancel();
        const { status } = answer;
        why = `answered ${status}`;
        if (status < 500 && status !== 408 && status !== 429) {
          const advice = ADVICE[status] ?? 'Give another place';
          throw new GradweaveError(`${this.at(name)}: the server ${why} to ${method}. ${advice}.`);
        }
      } catch (error) {
        if (error instanceof GradweaveError) throw error;
        const { message, cause: under } = error as Error;
        why = `gave no answer (${under instanceof Error ? under.message : message})`;
        cause = error;
      }
      if (tried >= this.#pauses.length) {
        throw new GradweaveError(
          `${this.at(name)}: the server ${why} to ${method}, ${tried + 1} times. Start the trial again when it can be reached: it goes on from its last checkpoint.`,
          { cause },
        );
      }
      await pause(this.#pauses[tried]);
    }
  }
}

/** A place behind `http://…` or `https://…`, with the token of the environment. @throws {UsageError} */
export function httpPlace(given: string, env: NodeJS.ProcessEnv, option: string): HttpPlace {
  const prefix = parsed(given, option);
  const token = env.GRADWEAVE_CHECKPOINT_TOKEN;
  const send: Send = (url, { method, headers, body, signal }) =>
    fetch(url, {
      ...{ method, signal },
      ...(body ? { body } : {}),
      headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
  return new HttpPlace((name) => under(prefix, name), send);
}

function parsed(given: string, option: string): URL {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new UsageError(`${option}: '${given}' is not an address. Give http(s)://HOST/PREFIX.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `${option}: the address has a user name or a password. Leave it out, and set ${TOKEN} to a token.`,
    );
  }
  return url;
}

/** A file under a prefix; the prefix's query stays, since it may be a key. */
function under(prefix: URL, name: string): string {
  const url = new URL(prefix);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`;
  url.hash = '';
  return url.href;
}
