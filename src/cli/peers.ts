import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './errors.ts';
import { PACKAGE_ROOT } from './paths.ts';
import type { Files } from './server.ts';

/** What bench/build.mjs exports. */
interface PeerBuild {
  installPeers(log: (line: string) => void): void;
  buildPeers(platform: 'browser' | 'node'): Promise<Map<string, string>>;
}

/** The peers' script and the libraries' files. */
export interface PreparedPeers {
  readonly options: Readonly<Record<string, string>>;
  readonly files: Files;
  /** What the libraries need in `script-src`. */
  readonly scripts: readonly string[];
}

/** The folder of the libraries to compare with. Only a checkout has it. */
export const BENCH = join(PACKAGE_ROOT, 'bench');

/**
 * Installs and bundles the libraries to compare with.
 *
 * @param bench for tests
 * @throws {UsageError} in an installed package, which has no bench/.
 */
export async function preparePeers(
  runtime: 'browser' | 'node',
  log: (line: string) => void,
  bench: string = BENCH,
): Promise<PreparedPeers> {
  const script = join(bench, 'build.mjs');
  if (!existsSync(script)) {
    throw new UsageError(
      `--peers needs the folder bench/ of a checkout; ${bench} does not exist. ` +
        'Clone the repository and run: npx gradweave bench --peers. Without --peers, only gradweave is measured.',
    );
  }
  const { installPeers, buildPeers }: PeerBuild = await import(pathToFileURL(script).href);
  installPeers(log);
  const files = await buildPeers(runtime);
  if (runtime === 'browser') {
    const options = { peers: '/peers/peers.js', 'peer-assets': '/peers/' };
    // WebAssembly, and threads that start from blobs and evaluate the code they receive.
    return { options, files, scripts: ["'wasm-unsafe-eval'", "'unsafe-eval'", 'blob:'] };
  }
  const file = files.get('/peers/peers.js') ?? '';
  const assets = [...files.values()].find((path) => path.endsWith('.wasm')) ?? '';
  return {
    options: {
      peers: pathToFileURL(file).href,
      'peer-assets': new URL('.', pathToFileURL(assets)).href,
    },
    files: new Map(),
    scripts: [],
  };
}
