import { connect, createServer, type Socket } from 'node:net';

/** A line to a server that can be cut: nothing passes, and no end is told. */
export interface Line {
  readonly port: number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<Line> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    const end = (): void => {
      // Over a line that is cut, the other side hears nothing of it.
      if (isCut) return;
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (data) => {
        // Dropped.
        if (!isCut) to.write(data);
      });
      from.on('close', end);
      from.on('error', end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true;
    },
    mend: () => {
      isCut = false;
      // What was said meanwhile is lost: these connections are of no use any more.
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      pairs.clear();
    },
    close: async () => {
      isCut = false;
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
