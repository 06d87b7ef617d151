/**
 * Bundles the engine, the page and the command into dist/, and writes the package's modules to dist/lib.
 * Run with node, or import `build` and `buildLibrary`.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { fingerprint } from './scripts/fingerprint.mjs';
import { moveDeclarations, unwrapImports, writeCommonJs } from './scripts/library.mjs';
import { oneFile } from './scripts/one-file.mjs';

const ROOT = dirname(fileURLToPath(import.meta.url));
const SHADERS = join(ROOT, 'scripts/shaders.mjs');
const GENERATED = join(ROOT, 'src/gpu/shaders.gen.ts');
const STAMP = join(ROOT, 'dist/.stamp');
const SOURCES = ['src', 'shaders', 'scripts', 'sweep', 'build.mjs', 'harness.html', 'package.json'];
/** Made from sources, or installed. */
const MADE = /\.gen\.ts$|^sweep\/(dist|node_modules)$/;

const BROWSER = { format: 'esm', platform: 'browser', target: 'es2022', minify: true };
// Node's bundle is not minified, so that its stack traces are readable.
const NODE = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['puppeteer', 'proxy-agent'],
};

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const PAGE = { ...BROWSER, define: { GRADWEAVE_VERSION: JSON.stringify(version) } };

const BUNDLES = [
  { entry: 'src/index.ts', out: 'dist/gradweave.js', options: BROWSER },
  { entry: 'src/harness/worker/main.ts', out: 'dist/harness/worker.js', options: PAGE },
  // A plain script, which the page waits for before it is drawn.
  {
    entry: 'src/harness/page/learn/first.ts',
    out: 'dist/harness/first.js',
    options: { ...PAGE, format: 'iife' },
  },
  { entry: 'src/harness/report.ts', out: 'dist/harness/report.js', options: PAGE },
  { entry: 'src/harness/join/thread.ts', out: 'dist/harness/join-worker.js', options: PAGE },
  { entry: 'src/harness/page/style.css', out: 'dist/harness/harness.css', options: BROWSER },
  { entry: 'src/cli/main.ts', out: 'dist/cli/gradweave.mjs', options: NODE },
  { entry: 'src/runtime/main.ts', out: 'dist/cli/node-task.mjs', options: NODE },
];
/** The page, in parts: what only an opened panel or dialog needs is loaded when it opens. */
const PARTED_PAGE = {
  entry: 'src/harness/main.ts',
  out: 'dist/harness/harness.js',
  options: { ...PAGE, entryNames: 'harness' },
};
const COPIES = [
  { entry: 'harness.html', out: 'dist/harness/harness.html' },
  { entry: 'sweep/ui/sweep.html', out: 'sweep/dist/ui/sweep.html' },
  { entry: 'sweep/src/plan/plan.ts', out: 'sweep/dist/plan.d.ts' },
];
/** The page of sweeps draws with a package of sweep/, which is only installed if a sweep is run or tested. */
const SWEEP_PAGE = [
  { entry: 'sweep/ui/main.ts', out: 'sweep/dist/ui/sweep.js', options: BROWSER },
  { entry: 'sweep/ui/style.css', out: 'sweep/dist/ui/sweep.css', options: BROWSER },
];
/**
 * The command of sweeps, in parts: what one run does not need, such as the database, is not loaded. The packages of
 * sweep/ stay imports.
 */
const SWEEP = {
  entry: 'sweep/src/main.ts',
  out: 'sweep/dist/main.mjs',
  options: {
    ...NODE,
    target: 'node22',
    outExtension: { '.js': '.mjs' },
    external: [...NODE.external, 'pg', 'pg-boss', '@electric-sql/pglite'],
    banner: { js: '#!/usr/bin/env node' },
  },
};
/** Lists the data files next to the page: none by default. */
const DATA_INDEX = join(ROOT, 'dist/harness/data/index.json');

const LIBRARY = join(ROOT, 'dist/lib');
/** Imports of apps, bundled into one file and minified to measure their sizes. */
const WEIGHED = [
  { name: 'the whole engine', code: "export * from './index.js';" },
  {
    name: 'inference alone',
    code: "export { Engine, Inference, linear, relu, Sequential } from './index.js';",
  },
];

/**
 * Builds dist/, or does nothing if no source has changed since the last build.
 *
 * @param {{ quiet?: boolean, force?: boolean }} [options] `quiet` prints warnings only.
 * @returns {Promise<boolean>} whether anything was built.
 * @throws {Error} esbuild's error, which says where the mistakes are.
 */
export async function build({ quiet = false, force = false } = {}) {
  // Computed before building, so that an edit during the build causes another build.
  const sources = fingerprint(ROOT, SOURCES, (path) => MADE.test(path));
  if (!force && isFresh(sources)) return false;
  await generate();
  const esbuild = await import('esbuild');
  const bundled = await Promise.all([
    ...bundles().map((bundle) => bundleOne(esbuild, bundle)),
    bundleParts(esbuild, PARTED_PAGE),
    bundleParts(esbuild, SWEEP),
  ]);
  for (const { entry, out } of COPIES) {
    if (exists(entry)) write(join(ROOT, out), readFileSync(join(ROOT, entry)));
  }
  if (!existsSync(DATA_INDEX)) write(DATA_INDEX, '{"files":[]}\n');
  write(STAMP, sources);
  if (!quiet) for (const line of bundled.flat()) console.log(line);
  return true;
}

function bundles() {
  const drawing = existsSync(join(ROOT, 'sweep/node_modules/echarts'));
  return drawing ? [...BUNDLES, ...SWEEP_PAGE] : BUNDLES;
}

function isFresh(sources) {
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== sources) return false;
  if (existsSync(SHADERS) && !existsSync(GENERATED)) return false;
  if (!existsSync(DATA_INDEX)) return false;
  return [...bundles(), PARTED_PAGE, SWEEP, ...COPIES].every(
    ({ entry, out }) => !existsSync(join(ROOT, entry)) || existsSync(join(ROOT, out)),
  );
}

/**
 * Writes the package's modules: one file for each source that the entry points reach, with types, docstrings
 * and source maps, so that bundlers only include what an app uses. Also writes CommonJS.
 *
 * @throws {Error} the compiler's messages.
 */
export async function buildLibrary() {
  await generate();
  // In a new folder: the old files stay if this does not compile.
  const made = `${LIBRARY}.new`;
  rmSync(made, { recursive: true, force: true });
  try {
    const compiler = join(ROOT, 'node_modules/typescript/lib/tsc.js');
    const args = [compiler, '-p', 'tsconfig.lib.json', '--outDir', made];
    execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error(`build: the library does not compile:\n${error.stdout ?? error.message}`);
  }
  unwrapImports(made);
  moveDeclarations(made);
  await writeCommonJs(made);
  rmSync(LIBRARY, { recursive: true, force: true });
  renameSync(made, LIBRARY);
}

/** @returns {Promise<{ name: string, kib: number }[]>} sizes in an app's bundle, gzipped */
export async function weighLibrary() {
  const esbuild = await import('esbuild');
  return Promise.all(
    WEIGHED.map(async ({ name, code }) => {
      const { outputFiles } = await esbuild.build({
        ...BROWSER,
        stdin: { contents: code, resolveDir: LIBRARY },
        bundle: true,
        legalComments: 'none',
        write: false,
      });
      return { name, kib: gzipSync(outputFiles[0].contents, { level: 9 }).length / 1024 };
    }),
  );
}

/** Writes src/gpu/shaders.gen.ts and src/gpu/shaders/ from the shaders. */
async function generate() {
  if (!existsSync(SHADERS)) {
    console.warn('build: scripts/shaders.mjs is missing; the shaders were not generated.');
    return;
  }
  const { generateShaders } = await import(pathToFileURL(SHADERS).href);
  await generateShaders();
}

async function bundleOne(esbuild, { entry, out, options }) {
  if (!exists(entry)) return [];
  return writeBundle(esbuild, entry, { ...options, outfile: out, plugins: [oneFile] });
}

/** A bundle whose `import()`s are files of their own beside it. */
async function bundleParts(esbuild, { entry, out, options }) {
  if (!exists(entry)) return [];
  const lines = await writeBundle(esbuild, entry, {
    ...options,
    outdir: dirname(out),
    splitting: true,
    chunkNames: 'part-[hash]',
  });
  const folder = join(ROOT, dirname(out));
  for (const name of readdirSync(folder)) {
    const [part] = /^part-\w+\.m?js/.exec(name) ?? [];
    // Parts of earlier builds have other names.
    const old = part !== undefined && !lines.some((line) => line.includes(part));
    if (old) rmSync(join(folder, name), { force: true });
  }
  return lines;
}

async function writeBundle(esbuild, entry, options) {
  const result = await esbuild.build({
    ...options,
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    sourcemap: true,
    legalComments: 'none',
    loader: { '.wgsl': 'text' },
    logLevel: 'silent',
    metafile: true,
    write: false,
  });
  const needed = reached(result.metafile, entry);
  for (const warning of result.warnings) {
    const { file = entry, line = 0 } = warning.location ?? {};
    console.warn(`build: ${file}:${line}: ${warning.text}`);
  }
  return result.outputFiles.flatMap(({ path, contents }) => {
    if (!needed.has(relative(ROOT, path).replace(/\.map$/, ''))) return [];
    write(path, contents);
    if (path.endsWith('.map')) return [];
    const size = gzipSync(contents, { level: 9 }).length / 1024;
    return [`${relative(ROOT, path).padEnd(26)} ${size.toFixed(1).padStart(7)} KiB gzipped`];
  });
}

/** The outputs that an entry loads, sooner or later. Parts of modules of which nothing is used are left. */
function reached({ outputs }, entry) {
  const found = new Set(Object.keys(outputs).filter((path) => outputs[path].entryPoint === entry));
  for (const path of found) {
    for (const { path: next, external } of outputs[path].imports) if (!external) found.add(next);
  }
  return found;
}

function exists(entry) {
  if (existsSync(join(ROOT, entry))) return true;
  console.warn(`build: ${entry} is missing; skipped.`);
  return false;
}

/** Writes under a temporary name first, so that a running command never reads half a file. */
function write(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await build({ force: true });
    await buildLibrary();
    for (const { name, kib } of await weighLibrary()) {
      console.log(`dist/lib, ${name}`.padEnd(26), kib.toFixed(1).padStart(7), 'KiB gzipped');
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
