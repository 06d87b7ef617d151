/** Names and addresses that a server listens on and accepts. */
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { UsageError } from './errors.ts';

/**
 * A name or address as browsers spell it, without the brackets of IPv6.
 *
 * @param option the option that it was given with
 * @throws {UsageError} if it is neither.
 */
export function parseHost(text: string, option: 'host' | 'allow-host' = 'host'): string {
  const bare = /^\[[^\]]*\]$/.test(text) ? text.slice(1, -1) : text;
  const name = bare.includes(':') ? `[${bare}]` : bare;
  if (!/[/?#@*\\\s]/.test(bare)) {
    try {
      return new URL(`http://${name}`).hostname.replace(/^\[|\]$/g, '');
    } catch {
      // Reported below.
    }
  }
  throw new UsageError(
    option === 'host'
      ? `--host is '${text}'; it must be a name or an address of this computer, without http:// and ` +
          'port: 127.0.0.1, ::1, 0.0.0.0 for all addresses, …'
      : `--allow-host is '${text}'; it must be a host name that a proxy uses, without http:// and port: ` +
          'train.example.org; several with commas between them',
  );
}

/** Whether only this computer itself can reach the address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** Whether the address means all addresses of this computer. */
export function isUnspecified(address: string): boolean {
  return ['0.0.0.0', '::', '::ffff:0.0.0.0'].includes(address);
}

/** `http://ADDRESS:PORT`, as this computer itself reaches a server there. */
export function originOf(address: string, port: number): string {
  const loopback = address === '::' ? '::1' : '127.0.0.1';
  return `http://${authority(isUnspecified(address) ? loopback : address, port)}`;
}

/** The same for other computers: no loopback, and no address that needs the name of an interface. */
export function networkOrigins(address: string, port: number): string[] {
  return reachedBy(address)
    .filter((one) => !isLoopback(one) && !one.startsWith('fe80:'))
    .map((one) => `http://${authority(one, port)}`);
}

/**
 * The Host headers that a server accepts: this computer's own names, and the address it listens on.
 * Any other name may belong to a foreign page.
 *
 * @param given the host that was asked for; `address` is what it resolved to
 */
export function hostHeaders(given: string, address: string, port: number): Set<string> {
  const names = ['127.0.0.1', 'localhost', '::1', given, address, ...reachedBy(address)];
  return new Set(names.map((name) => authority(name, port)));
}

function reachedBy(address: string): string[] {
  if (!isUnspecified(address)) return [address];
  return Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .filter(({ family }) => family === 'IPv4' || address === '::')
    .map((one) => one.address);
}

/** The name in a Host header, without its port, in lower case. */
export function nameOf(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '');
}

/** As browsers write it: without the port if it is HTTP's default. */
function authority(name: string, port: number): string {
  return new URL(`http://${bracketed(name)}:${port}`).host;
}

/** A name or address as part of a URL: IPv6 in brackets. */
export function bracketed(name: string): string {
  return isIPv6(name) ? `[${name}]` : name;
}
