/**
 * Installs the libraries that gradweave is compared with and bundles them for the page. The command imports
 * this file in a checkout. The published package has no bench/.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../scripts/install-commands.mjs';

const BENCH = dirname(fileURLToPath(import.meta.url));
const OUT = join(BENCH, 'dist');
const WASM = join(BENCH, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
const WASM_FILES = ['', '-simd', '-threaded-simd'].map((kind) => `tfjs-backend-wasm${kind}.wasm`);

/** Versions in package.json, by package. */
export function wantedVersions() {
  return JSON.parse(readFileSync(join(BENCH, 'package.json'), 'utf8')).dependencies;
}

/** Whether node_modules has exactly the versions in package.json. */
export function isInstalled() {
  return Object.entries(wantedVersions()).every(([name, version]) => {
    const file = join(BENCH, 'node_modules', name, 'package.json');
    return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
  });
}

/**
 * Runs `npm ci` in bench/ if needed.
 *
 * @param {(line: string) => void} log
 * @throws {Error} with npm's output if it fails.
 */
export function installPeers(log) {
  if (isInstalled()) return;
  log('Installing the libraries to compare with into bench/node_modules (npm ci)…');
  // No package here needs a build, so no install scripts have to run.
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  const failure = runCommand('npm', args, { cwd: BENCH, env: process.env });
  if (failure !== null) throw new Error(`npm ci in bench/ failed; its output:\n${failure}`);
}

/** In Node, TF.js finds its files and threads through these. */
const NODE_BANNER =
  "import { createRequire } from 'node:module';import { dirname } from 'node:path';" +
  "import { fileURLToPath } from 'node:url';const require = createRequire(import.meta.url);" +
  'const __filename = fileURLToPath(import.meta.url);const __dirname = dirname(__filename);';

/**
 * Bundles the peers' script.
 *
 * @param {'browser' | 'node'} platform
 * @returns {Promise<Map<string, string>>} URL path → file, for the page's server or for reading.
 */
export async function buildPeers(platform) {
  const { build } = await import('esbuild');
  mkdirSync(OUT, { recursive: true });
  const outfile = join(OUT, `peers.${platform}.mjs`);
  const node = platform === 'node';
  await build({
    entryPoints: [join(BENCH, 'peers/index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform,
    target: node ? 'node20' : 'es2022',
    mainFields: ['module', 'main'],
    minify: true,
    // TF.js wrongly declares `sideEffects: false` for files that register its gradients.
    ignoreAnnotations: true,
    define: { JAX_VERSION: JSON.stringify(wantedVersions()['@jax-js/jax']) },
    ...(node
      ? { banner: { js: NODE_BANNER } }
      : { external: ['fs', 'path', 'worker_threads', 'perf_hooks', 'util', 'os', 'crypto'] }),
    logLevel: 'error',
  });
  return new Map([
    ['/peers/peers.js', outfile],
    ...WASM_FILES.map((name) => [`/peers/${name}`, join(WASM, name)]),
  ]);
}

/** The file of `import('webgpu')` in bench/, for the runtime without a browser. */
export function webgpuModule() {
  const require = createRequire(join(BENCH, 'package.json'));
  return require.resolve('webgpu');
}
