import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListenError, PortTakenError } from './errors.ts';

/**
 * Starts to listen.
 *
 * @param port 0 for any free port
 * @returns where it listens.
 * @throws {PortTakenError} if another program uses the port.
 * @throws {ListenError} if the port is not allowed, or the host is not this computer.
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
  // A port's address is an object; only a pipe's is a string.
  return server.address() as AddressInfo;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new PortTakenError(
        `Port ${port} of ${host} is taken by another program. End that program, or give another port ` +
          'with --port; 0 means any free port.',
        { cause },
      );
    case 'EACCES':
      return new ListenError(
        `This user may not use port ${port} of ${host}. Give one from 1024 up with --port; ` +
          '0 means any free port.',
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ListenError(
        `${host} is not a name or address of this computer (${cause.code}). Give one with --host: ` +
          '127.0.0.1 for this computer only, 0.0.0.0 for all its addresses.',
        { cause },
      );
    default:
      return new ListenError(
        `Cannot listen on port ${port} of ${host} (${cause.message}). Give others with --port and --host.`,
        { cause },
      );
  }
}
