// Reads every WGSL file under shaders/ and writes src/gpu/shaders.gen.ts: the source of each, what
// it declares and needs, and its bindings and overrides as TypeScript types. wgsl_reflect runs here,
// at build time, so that the shipped bundle carries no WGSL parser.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A module-scope declaration; captures the name. */
const DECLARATION = /^(?:@[^\n]*?\s)?(?:fn|struct|const|override|var(?:<[^>]*>)?)\s+(\w+)/gm;

/** Removes comments, keeping line numbers. */
export function withoutComments(source) {
  return source.replace(/\/\/[^\n]*/g, '');
}

/** What is shipped: without comments but for the marks of loops to unroll, line by line as written. */
function shipped(source) {
  return source.replace(/[ \t]*\/\/(?! unroll$)[^\n]*/gm, '');
}

/** The page's pictures are bundled with the page, as they are. */
const PAGE = join(root, 'shaders', 'page');

function walk(folder) {
  if (folder === PAGE) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith('.wgsl') ? [path] : [];
  });
}

function declarations(code) {
  // A bound variable has its attributes in front: `@group(0) @binding(1) var<storage, read> x`.
  const bare = code.replace(/^(?:@\w+(?:\([^)]*\))?\s*)+(?=var|fn|override)/gm, '');
  return new Set([...bare.matchAll(DECLARATION)].map((match) => match[1]));
}

/**
 * Finds what each part declares and what it leaves open. A name that one part alone declares pulls
 * that part in (`requires`); a name that several declare is a choice that the caller makes (`open`).
 */
function resolve(parts) {
  const providers = new Map();
  for (const part of parts.values()) {
    for (const name of part.declares) {
      if (!part.declares.has('main'))
        providers.set(name, [...(providers.get(name) ?? []), part.name]);
    }
  }
  for (const part of parts.values()) {
    // Not names of this module's scope: members after a dot, and what functions declare inside.
    const words = new Set(part.code.replace(/\.[A-Za-z_]\w*/g, '').match(/[A-Za-z_]\w*/g));
    const locals = part.code.matchAll(
      /(?:\b(?:let|var)\s+(\w+))|(?:[(,{]\s*(?:@\w+\([^)]*\)\s*)?(\w+)\s*:)/g,
    );
    for (const [, variable, parameter] of locals) words.delete(variable ?? parameter);
    part.requires = new Set();
    part.open = new Set();
    for (const word of words) {
      const from = providers.get(word);
      if (!from || part.declares.has(word)) continue;
      if (from.length === 1) part.requires.add(from[0]);
      else part.open.add(word);
    }
  }
}

function closure(parts, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const next of parts.get(name).requires) closure(parts, next, seen);
  return seen;
}

async function reflect(parts, part) {
  const { WgslReflect } = await import('wgsl_reflect/wgsl_reflect.module.js');
  const text = [...closure(parts, part.name)].map((name) => parts.get(name).code).join('\n');
  const reflected = new WgslReflect(text);
  const own = (info) => part.declares.has(info.name);
  const bindings = {};
  for (const info of [...reflected.storage, ...reflected.uniforms].filter(own)) {
    bindings[info.name] = {
      access: info.access || 'read',
      type: info.type.getTypeName?.() ?? info.type.name,
    };
  }
  const structs = {};
  for (const info of reflected.structs.filter(own)) {
    const members = info.members.map((m) => [
      m.name,
      { offset: m.offset, type: m.type.getTypeName?.() ?? m.type.name },
    ]);
    structs[info.name] = { size: info.size, members: Object.fromEntries(members) };
  }
  // Overrides with an initial value have no written type; only the others are for the caller to give.
  const overrides = reflected.overrides.filter((info) => own(info) && info.type !== null);
  return {
    bindings,
    structs,
    overrides: Object.fromEntries(overrides.map(({ name, type }) => [name, type.name])),
  };
}

/** Writes src/gpu/shaders.gen.ts; throws with the file's name where a shader cannot be read. */
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
    const code = withoutComments(source);
    parts.set(name, { name, source, code, declares: declarations(code) });
  }
  resolve(parts);
  const entries = [];
  const structs = {};
  for (const part of parts.values()) {
    let facts;
    try {
      facts = await reflect(parts, part);
    } catch (error) {
      throw new Error(`shaders/${part.name}.wgsl: wgsl_reflect cannot read it: ${error.message}`);
    }
    Object.assign(structs, facts.structs);
    entries.push([
      part.name,
      {
        source: shipped(part.source),
        entry: part.declares.has('main'),
        declares: [...part.declares],
        requires: [...part.requires],
        open: [...part.open],
        bindings: facts.bindings,
        overrides: facts.overrides,
      },
    ]);
  }
  const text = `// Made by scripts/shaders.mjs from shaders/**/*.wgsl. Do not edit.
export const shaders = ${JSON.stringify(Object.fromEntries(entries), null, 2)} as const;

/** Layouts of the structs that the CPU writes or reads: offsets and sizes in bytes. */
export const structs = ${JSON.stringify(structs, null, 2)} as const;
`;
  const target = join(root, 'src/gpu/shaders.gen.ts');
  mkdirSync(dirname(target), { recursive: true });
  let old = '';
  try {
    old = readFileSync(target, 'utf8');
  } catch {}
  if (old !== text) writeFileSync(target, text);
  return parts.size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${await generateShaders()} shader parts`);
}
