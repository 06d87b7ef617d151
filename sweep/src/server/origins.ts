import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { describe } from '../../../src/check.ts';
import { isLoopback } from '../../../src/cli/hosts.ts';
import { OptionError } from '../../../src/errors.ts';
import { RefusedError } from './refusal.ts';

/** Which pages of other origins may speak to the server. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /**
   * @param allowed as `https://example.org`; `*` for all: the token is still needed
   * @throws {OptionError} if one is no origin
   */
  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed.map(originOf));
  }

  /**
   * Headers for the answer, by the page that asks.
   *
   * @param own whether the page is the server's own; those of the reader's own machine may ask, too
   * @throws {RefusedError} if it is of another origin that was not named
   */
  headers({ headers }: IncomingMessage, own: (origin: string) => boolean): Record<string, string> {
    const { origin } = headers;
    // Not a page.
    if (origin === undefined) return {};
    const known = own(origin) || isOfReader(origin) || this.#allowed.has(origin);
    if (!known && !this.#allowed.has('*')) {
      throw new RefusedError(
        403,
        'OriginError',
        'pages of this origin may not use the server; start it with --allow-origin ORIGIN',
      );
    }
    return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
  }
}

/** Whether the page comes from the reader's own machine, as that which `gradweave worker` opens. Its token is checked like all. */
function isOfReader(origin: string): boolean {
  try {
    const { protocol, hostname } = new URL(origin);
    const bare = hostname.replace(/^\[|\]$/g, '');
    return (
      /^https?:$/.test(protocol) && (bare === 'localhost' || (isIP(bare) > 0 && isLoopback(bare)))
    );
  } catch {
    return false;
  }
}

/** What a page may send; the answer to `OPTIONS`. */
export const PREFLIGHT: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT',
  'Access-Control-Allow-Headers': 'authorization, content-type',
  // A public page that speaks to this computer or its network.
  'Access-Control-Allow-Private-Network': 'true',
  'Access-Control-Max-Age': '600',
};

function originOf(text: string): string {
  if (text === '*') return text;
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '')) return url.origin;
  } catch {
    // Reported below.
  }
  throw new OptionError(
    `the origin ${describe(text)} was given; use https://NAME or http://NAME:PORT without a path, or * for all`,
  );
}
