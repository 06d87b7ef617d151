/** Names and addresses at which a server listens and may be asked. */
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { UsageError } from './errors.ts';

/**
 * A name or address in the spelling of browsers, without the brackets of IPv6.
 *
 * @param option whose value it is
 * @throws {UsageError} when it is neither.
 */
export function parseHost(text: string, option: 'host' | 'allow-host' = 'host'): string {
  const bare = /^\[[^\]]*\]$/.test(text) ? text.slice(1, -1) : text;
  const name = bare.includes(':') ? `[${bare}]` : bare;
  if (!/[/?#@*\\\s]/.test(bare)) {
    try {
      return new URL(`http://${name}`).hostname.replace(/^\[|\]$/g, '');
    } catch {
      // Told below.
    }
  }
  throw new UsageError(
    option === 'host'
      ? `--host is '${text}'; it must be a name or an address of this computer, without http:// and ` +
          'port: 127.0.0.1, ::1, 0.0.0.0 for all addresses, …'
      : `--allow-host is '${text}'; it must be a name, without http:// and port, by which a proxy asks: ` +
          'train.example.org; several with commas between them',
  );
}

/** Whether only this computer itself can reach the address. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** Whether the address stands for all addresses of this computer. */
export function isUnspecified(address: string): boolean {
  return ['0.0.0.0', '::', '::ffff:0.0.0.0'].includes(address);
}

/** `http://ADDRESS:PORT`, by which this computer itself reaches a server that listens there. */
export function originOf(address: string, port: number): string {
  const loopback = address === '::' ? '::1' : '127.0.0.1';
  return `http://${authority(isUnspecified(address) ? loopback : address, port)}`;
}

/** The same for other computers: no loopback, and nothing that needs the name of a network card. */
export function networkOrigins(address: string, port: number): string[] {
  return reachedBy(address)
    .filter((one) => !isLoopback(one) && !one.startsWith('fe80:'))
    .map((one) => `http://${authority(one, port)}`);
}

/**
 * The Host headers under which a server may be asked: this computer's own names, and what it
 * listens at. Any other name may be that of a foreign page.
 *
 * @param given What it was told to listen at; `address` is what came of it.
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

/** The name of a Host header, without its port, in small letters. */
export function nameOf(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, '');
}

/** As browsers write it: no port where it is HTTP's own. */
function authority(name: string, port: number): string {
  return new URL(`http://${bracketed(name)}:${port}`).host;
}

/** A name or address as it stands in an address: IPv6 in brackets. */
export function bracketed(name: string): string {
  return isIPv6(name) ? `[${name}]` : name;
}
