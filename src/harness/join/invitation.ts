import { OptionError } from '../../errors.ts';
import { checkToken, serverAddress } from '../../trial/client/address.ts';

/** What an address asks of its reader. */
export interface Invitation {
  readonly server: URL;
  /** Undefined if the address has none: it is asked for. */
  readonly token: string | undefined;
  /** Whether the server is the one that this page comes from. */
  readonly own: boolean;
}

/**
 * Reads `?worker=URL#token=…`. The token is in the fragment, which browsers send to nobody.
 *
 * @param page the page's own address
 * @throws OptionError if the address of the server, or the token, is none; or the browser would not let the page speak to it
 */
export function invitationOf(page: URL): Invitation {
  const given = page.searchParams.get('worker') ?? '';
  // Without an address: the server of this page.
  const server = given === '' ? new URL('./', page.origin) : serverAddress(given, 'worker');
  if (page.protocol === 'https:' && server.protocol === 'http:' && !isLocal(server)) {
    throw new OptionError(
      `worker '${server.href}' was given; a page on https:// may only speak to a server on https://. Open the server's own page, or use npx gradweave worker`,
    );
  }
  const token = new URLSearchParams(page.hash.slice(1)).get('token') ?? undefined;
  return {
    server,
    token: token === undefined ? undefined : checkToken(token, 'the address’s token'),
    own: server.origin === page.origin,
  };
}

const isLocal = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
