/**
 * Adds to the package's modules: declarations for any TypeScript version, and CommonJS.
 *
 *   lib/NAME.js         the modules, for bundlers and browsers
 *   lib/cjs/NAME.cjs    for `require`; all of them share gradweave.cjs
 *   lib/cjs/NAME.mjs    for `import` in Node: the same classes as with `require`
 *   lib/types/          the declarations, as CommonJS; lib/NAME.d.ts re-exports them for modules
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { oneFile } from './one-file.mjs';

/** Modules that apps import, by the last part of the import's name. */
export const ENTRY_POINTS = {
  index: 'index',
  checkpoint: 'checkpoint',
  data: 'data/index',
  ops: 'ops/index',
  reference: 'reference/index',
  verify: 'verify/index',
  onnx: 'onnx/index',
  node: 'node/index',
  log: 'log/index',
};

/** A relative import in a declaration. */
const IMPORT = /((?:from|import\(|declare module) ?['"])(\.[^'"]*?)\.(?:ts|js)(?=['"])/g;

/**
 * Removes the helper that the compiler puts around dynamic imports with a computed name. It hides the
 * comments that tell bundlers to leave such an import alone.
 *
 * @param {string} library the folder of the modules
 */
export function unwrapImports(library) {
  for (const name of readdirSync(library, { recursive: true })) {
    const path = join(library, name);
    const text = name.endsWith('.js') ? readFileSync(path, 'utf8') : '';
    if (text.includes(HELPER)) writeFileSync(path, unwrapped(text));
  }
}

const HELPER = '__rewriteRelativeImportExtension';

/** Keeps the number of lines, for source maps. */
export function unwrapped(text) {
  return text
    .replace(new RegExp(`^var ${HELPER} = [\\s\\S]*?^};$`, 'm'), (all) => all.replace(/[^\n]/g, ''))
    .replace(new RegExp(`import\\(${HELPER}\\((.*?)\\)\\)`, 'g'), 'import($1)');
}

/**
 * Moves the declarations that the compiler wrote beside the modules.
 *
 * @param {string} library the folder of the modules
 */
export function moveDeclarations(library) {
  const texts = new Map();
  for (const name of readdirSync(library, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue;
    const path = join(library, name);
    // The compiler leaves `.ts` in declarations, but the package has no such files.
    texts.set(name.replaceAll('\\', '/'), readFileSync(path, 'utf8').replace(IMPORT, '$1$2.js'));
    rmSync(path);
  }
  const reached = reach(texts);
  const put = (name, text) => write(join(library, 'types', name), text);
  for (const name of reached) put(name, texts.get(name));
  put('package.json', '{"type":"commonjs"}\n');
  put('globals.d.ts', fallbacks([...reached].map((name) => texts.get(name)).join('\n')));
  for (const module of Object.values(ENTRY_POINTS)) {
    const up = posix.relative(posix.dirname(module), '.') || '.';
    const globals = `/// <reference path="${up}/globals.d.ts" />\n`;
    put(`${module}.d.ts`, globals + texts.get(`${module}.d.ts`));
    write(join(library, `${module}.d.ts`), `export * from '${up}/types/${module}.js';\n`);
  }
}

/** The declarations that the entry points need, directly or indirectly. */
function reach(texts) {
  const reached = new Set();
  const visit = (name) => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const [, , path] of texts.get(name).matchAll(IMPORT)) {
      visit(`${posix.join(posix.dirname(name), path)}.d.ts`);
    }
  };
  for (const module of Object.values(ENTRY_POINTS)) visit(`${module}.d.ts`);
  return reached;
}

/**
 * Empty interfaces for the global types in the declarations. They merge with the real ones, and let apps
 * without declarations of WebGPU or the DOM compile.
 */
function fallbacks(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const names = new Set(code.match(/\b(?:GPU(?:[A-Z]\w*)?|AbortSignal)\b/g));
  const lines = [...names].sort().map((name) => `interface ${name} {}\n`);
  const disposable = '/// <reference lib="esnext.disposable" />\n';
  return `${code.includes('Symbol.asyncDispose') ? disposable : ''}${lines.join('')}`;
}

/**
 * Writes the modules as CommonJS: one file with all of them, and one for each entry point.
 *
 * @param {string} library the folder of the modules
 */
export async function writeCommonJs(library) {
  const { build } = await import('esbuild');
  const folder = join(library, 'cjs');
  const shared = {
    absWorkingDir: library,
    bundle: true,
    plugins: [oneFile],
    logLevel: 'silent',
    packages: 'external',
  };
  const all = Object.entries(ENTRY_POINTS).map(
    ([name, path]) => `export * as ${name} from './${path}.js';`,
  );
  await build({
    ...shared,
    stdin: { contents: all.join('\n'), resolveDir: library, sourcefile: 'gradweave.js' },
    outfile: join(folder, 'gradweave.cjs'),
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    legalComments: 'none',
  });
  const { outputs } = (
    await build({
      ...shared,
      entryPoints: Object.values(ENTRY_POINTS).map((path) => `${path}.js`),
      outdir: folder,
      format: 'esm',
      metafile: true,
      write: false,
    })
  ).metafile;
  for (const [name, path] of Object.entries(ENTRY_POINTS)) {
    const exported = outputs[`cjs/${path}.js`].exports.sort();
    // One export for each line: Node finds the names that a CommonJS module exports by scanning its text.
    const lines = exported.map((each) => `exports.${each} = all.${each};\n`);
    const marked = "Object.defineProperty(exports, '__esModule', { value: true });\n";
    const taken = `const all = require('./gradweave.cjs').${name};\n`;
    write(join(folder, `${name}.cjs`), `'use strict';\n${marked}${taken}${lines.join('')}`);
    write(
      join(folder, `${name}.mjs`),
      `export {\n  ${exported.join(',\n  ')},\n} from './${name}.cjs';\n`,
    );
  }
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
