import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { typeOf } from '../../src/cli/serve-headers.ts';

/** A static host, as plain as they come: files of a folder under a path, no index pages, no headers but the type. */
export interface StaticHost {
  /** The address of the folder, with a slash at its end. */
  readonly base: string;
  /** Paths that were asked for and are not there. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** @param under the path that the folder is served under, such as `/some/where/` */
export async function serveFolder(folder: string, under: string): Promise<StaticHost> {
  const missing: string[] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    try {
      if (!path.startsWith(under)) throw new Error('outside');
      const file = join(folder, normalize(path.slice(under.length)));
      const body = await readFile(file);
      response.writeHead(200, { 'Content-Type': typeOf(file) }).end(body);
    } catch {
      missing.push(path);
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    base: `http://127.0.0.1:${port}${under}`,
    missing,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
