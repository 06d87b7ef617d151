import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListenError, PortTakenError } from './errors.ts';

/**
 * Begins to listen.
 *
 * @param port 0 takes any that is free.
 * @returns where it listens.
 * @throws {PortTakenError} when another program has the port.
 * @throws {ListenError} when the port is not allowed, or the host is not this computer's.
 */
export async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
  // Listening to a port; only a pipe's address is a string.
  return server.address() as AddressInfo;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new PortTakenError(
        `Port ${port} of ${host} is taken by another program. End that one, or give another port ` +
          'with --port; 0 takes one that is free.',
        { cause },
      );
    case 'EACCES':
      return new ListenError(
        `Port ${port} of ${host} is not allowed to this user. Give one from 1024 up with --port; ` +
          '0 takes one that is free.',
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ListenError(
        `${host} is no name or address of this computer (${cause.code}). Give one with --host: ` +
          '127.0.0.1 for this computer alone, 0.0.0.0 for all of its addresses.',
        { cause },
      );
    default:
      return new ListenError(
        `Cannot listen on port ${port} of ${host} (${cause.message}). Give others with --port and --host.`,
        { cause },
      );
  }
}
