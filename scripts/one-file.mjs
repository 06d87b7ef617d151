import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

const LAZY = /const (\{[^}]*\}) = await import\(\s*(['"]\.[^'"]+['"])\s*\);/g;

/**
 * Turns the dynamic imports of a module of the engine into static ones, on its first line. Line numbers stay.
 *
 * @param {string} text of a module whose dynamic imports are all `const { a, b: c } = await import('./x.ts');`
 */
export function eager(text) {
  const imports = [];
  const rest = text.replace(LAZY, (_, names, path) => {
    imports.push(`import ${names.replace(/\s+/g, ' ').replaceAll(':', ' as')} from ${path}; `);
    // One turn of the microtask queue passes either way.
    return `await null;${names.replace(/[^\n]/g, '')}`;
  });
  return imports.join('') + rest;
}

/** An esbuild plugin for bundles of one file, where modules that are loaded later would only add wrappers. */
export const oneFile = {
  name: 'one-file',
  setup({ onLoad }) {
    onLoad({ filter: /\.[jt]s$/, namespace: 'file' }, ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = readFileSync(path, 'utf8');
      return text.includes('await import(')
        ? { contents: eager(text), loader: extname(path).slice(1) }
        : undefined;
    });
  },
};
