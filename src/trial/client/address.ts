import { OptionError } from '../../errors.ts';

/** Characters of a token: those of a header's value and of an address's fragment. */
const TOKEN = /^[\w.~+/=-]{8,512}$/;

/**
 * The address of a sweep's server. What it serves lies below.
 *
 * @param what what the address was given as, for messages: `--server`
 * @throws OptionError unless it is one with http or https, without a name and a password, a query and a fragment
 */
export function serverAddress(text: string, what = 'the server'): URL {
  const fail = (need: string): never => {
    const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
    throw new OptionError(
      `${what} '${shown}' was given; ${need}, as http://127.0.0.1:8791 or https://sweep.example.org`,
    );
  };
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return fail('it must be an address with http:// or https://');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    fail('it must be an address with http:// or https://');
  }
  if (url.username !== '' || url.password !== '') fail('leave out name and password');
  if (url.search !== '' || url.hash !== '') fail('leave out what follows ? and #');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

/** @throws OptionError unless it can be a token */
export function checkToken(token: string, what = 'the token'): string {
  const bare = token.trim();
  if (TOKEN.test(bare)) return bare;
  // It is a secret: the message does not repeat it.
  throw new OptionError(
    `${what} has ${bare.length < 8 || bare.length > 512 ? `${bare.length} ${bare.length === 1 ? 'character' : 'characters'}` : 'characters that no token has'}; it must be 8 to 512 letters, digits and . ~ + / = _ -. The server prints the token, or the file that holds it, when it starts`,
  );
}
