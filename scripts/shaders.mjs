// Reads every WGSL file under shaders/ and writes src/gpu/shaders/*.gen.ts: each file as a constant in a module of
// its own, so that bundlers drop those that an app does not use, and load those that it may need later with the code
// that needs them. src/gpu/shaders.gen.ts exports them all, and their bindings and overrides as TypeScript types,
// which cost nothing. wgsl_reflect runs here, at build time, so no bundle contains a WGSL parser.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Removes comments, keeping line numbers. */
export function withoutComments(source) {
  return source.replace(/\/\/[^\n]*/g, '');
}

/**
 * The shipped text: line by line, without comments except the marks of loops to unroll. One space of the
 * indentation stays: text at the start of a line belongs to the module's scope.
 */
function shipped(source) {
  return source.replace(/[ \t]*\/\/(?! unroll$)[^\n]*/gm, '').replace(/^[ \t]+/gm, ' ');
}

/** The page's own shaders, which are bundled with the page as they are. */
const PAGE = join(root, 'shaders', 'page');

function walk(folder) {
  if (folder === PAGE) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith('.wgsl') ? [path] : [];
  });
}

/** The linker's own parsing of names, so that the build checks exactly what is linked. */
async function linkerNames() {
  const { transform } = await import('esbuild');
  const source = readFileSync(join(root, 'src/gpu/names.ts'), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'esm' });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

function closure(parts, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const next of parts.get(name).names.requires) closure(parts, next, seen);
  return seen;
}

async function reflect(parts, part) {
  const { WgslReflect } = await import('wgsl_reflect/wgsl_reflect.module.js');
  const text = [...closure(parts, part.name)].map((name) => parts.get(name).code).join('\n');
  const reflected = new WgslReflect(text);
  const own = (info) => part.names.declares.includes(info.name);
  const bindings = [...reflected.storage, ...reflected.uniforms].filter(own);
  const structs = {};
  for (const info of reflected.structs.filter(own)) {
    const members = info.members.map(({ name, offset }) => [name, offset]);
    structs[info.name] = { size: info.size, members: Object.fromEntries(members) };
  }
  // Overrides with an initial value have no written type. Only the others must be given by the caller.
  const overrides = reflected.overrides.filter((info) => own(info) && info.type !== null);
  return { bindings: unionOf(bindings), overrides: unionOf(overrides), structs };
}

/** Whether a binding has a struct, or an array of it. */
const isBound = (parts, struct) =>
  [...parts.values()].some(({ code }) => new RegExp(`var<storage.*\\b${struct}\\b`).test(code));

/** The names as a union type. */
function unionOf(found) {
  return found.length === 0 ? 'never' : found.map(({ name }) => `'${name}'`).join(' | ');
}

/** `load/a_rows` as `loadARows`. */
const constantName = (name) => name.replace(/[/_](\w)/g, (_, letter) => letter.toUpperCase());

const HEAD = '// Made by scripts/shaders.mjs from shaders/**/*.wgsl. Do not edit.\n';

/** `load/a_rows` as `load-a-rows.gen.ts`. */
const moduleName = (name) => `${name.replace(/[/_]/g, '-')}.gen.ts`;

/** A file as a module. Files may require each other, so a function returns what it requires. */
function moduleOf({ name, source, names: { requires, open } }) {
  const fields = [`name: '${name}'`, `source: ${JSON.stringify(shipped(source))}`];
  if (requires.length > 0)
    fields.push(`requires: () => [${requires.map(constantName).join(', ')}]`);
  if (open.length > 0) fields.push(`open: '${open.sort().join(' ')}'`);
  const imports = requires.map(
    (other) => `import { ${constantName(other)} } from './${moduleName(other)}';\n`,
  );
  return `${HEAD}
import type { ShaderFile } from '../shader-file.ts';
${imports.sort().join('')}
export const ${constantName(name)}: ShaderFile<'${name}'> = {\n  ${fields.join(',\n  ')},\n};
`;
}

/** Writes src/gpu/shaders.gen.ts and src/gpu/shaders/; throws with the file's name if a shader cannot be read. */
export async function generateShaders() {
  const parts = new Map();
  for (const path of walk(join(root, 'shaders')).sort()) {
    const name = relative(join(root, 'shaders'), path)
      .replaceAll('\\', '/')
      .replace(/\.wgsl$/, '');
    const source = readFileSync(path, 'utf8');
    if (!source.startsWith('// ')) {
      throw new Error(
        `shaders/${name}.wgsl: a shader opens with a comment that gives its formula and shapes`,
      );
    }
    parts.set(name, { name, source, code: withoutComments(source) });
  }
  const { namesOf } = await linkerNames();
  const codes = [...parts.values()].map(({ name, code }) => [name, code]);
  for (const [name, names] of namesOf(Object.fromEntries(codes))) parts.get(name).names = names;
  const modules = new Map();
  const types = [];
  const structs = {};
  for (const part of parts.values()) {
    let facts;
    try {
      facts = await reflect(parts, part);
    } catch (error) {
      throw new Error(`shaders/${part.name}.wgsl: wgsl_reflect cannot read it: ${error.message}`);
    }
    for (const [name, struct] of Object.entries(facts.structs)) {
      // Others are local to kernels.
      if (isBound(parts, name)) structs[name] = struct;
    }
    modules.set(moduleName(part.name), moduleOf(part));
    types.push(`  '${part.name}': { bindings: ${facts.bindings}; overrides: ${facts.overrides} };`);
  }
  const layouts = `${HEAD}
/** Layouts of the structs in buffers: their sizes, and the offsets of their members, in bytes. */
export const structs = ${JSON.stringify(structs, null, 2)} as const;
`;
  modules.set('structs.gen.ts', layouts);
  const folder = join(root, 'src/gpu/shaders');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of modules) writeIfNew(join(folder, name), text);
  for (const name of readdirSync(folder)) if (!modules.has(name)) rmSync(join(folder, name));
  const all = [...modules.keys()].sort();
  writeIfNew(
    join(root, 'src/gpu/shaders.gen.ts'),
    `${HEAD}
${all.map((name) => `export * from './shaders/${name}';\n`).join('')}
/** What whoever chooses a file gives it: values for its overrides, resources for its bindings. */
export interface Arguments {
${types.join('\n')}
}
`,
  );
  return parts.size;
}

function writeIfNew(target, text) {
  let old = '';
  try {
    old = readFileSync(target, 'utf8');
  } catch {}
  if (old !== text) writeFileSync(target, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${await generateShaders()} shader parts`);
}
