/** Lets Node import TypeScript and WGSL files as they are (module customization hooks). */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };

const NAMED_UVU = new URL('named-uvu.ts', import.meta.url).href;

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (specifier === 'uvu' && context.parentURL !== NAMED_UVU)
    return { url: NAMED_UVU, shortCircuit: true };
  return next(specifier, context);
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.startsWith('file:')) return next(url, context);
  if (/\.ts$/.test(url)) {
    const sourcefile = fileURLToPath(url);
    const { code } = await transform(await readFile(sourcefile, 'utf8'), {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcefile: url,
      sourcemap: 'inline',
      sourcesContent: false,
      tsconfigRaw,
    }).catch((error) => {
      // esbuild's own error is a page long; its message already has file, line and column.
      throw new SyntaxError(error.message);
    });
    return { format: 'module', source: code, shortCircuit: true };
  }
  if (/\.wgsl$/.test(url)) {
    const text = await readFile(fileURLToPath(url), 'utf8');
    return {
      format: 'module',
      source: `export default ${JSON.stringify(text)};`,
      shortCircuit: true,
    };
  }
  return next(url, context);
}
