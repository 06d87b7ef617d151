import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { ShaderFile } from './shader-file.ts';
import { type Declaration, declarationsOf, renamed } from './wgsl.ts';

/** The declarations and directives that are allowed: those with a name, and those without. */
export const NAMED = ['fn', 'const', 'override', 'struct', 'alias', 'var'];
const NAMELESS = ['enable', 'requires', 'diagnostic', 'const_assert'];

/**
 * A caller's WGSL as a file for the linker. Messages of the compiler name its lines.
 *
 * @param what its name in messages
 * @param all its declarations and directives
 * @param names new names for what it declares, so that they do not clash with those of the kernels
 * @throws OptionError if something else than a declaration is in it, or an override has no value
 */
export function givenFile(
  what: string,
  all: readonly Declaration[],
  names: ReadonlyMap<string, string>,
): ShaderFile {
  const written = all.map((each) => ({ text: asLinked(what, each, names), line: each.line }));
  return {
    name: `${what} (given)`,
    source: written.map(({ text }) => text).join('\n'),
    lines: written.flatMap(({ text, line }) => text.split('\n').map((_, i) => line + i)),
    given: true,
  };
}

/** A declaration in the linker's form: one line for a directive or a binding, a constant for an override. */
function asLinked(
  what: string,
  declaration: Declaration,
  names: ReadonlyMap<string, string>,
): string {
  const { kind, name, access, attributes, line } = declaration;
  // Indented: the linker takes lines without indentation for declarations of the module.
  const text = renamed(declaration, names).replace(/\n[^\S\n]*/g, '\n  ');
  const own = names.get(name ?? '') ?? name;
  if (NAMELESS.includes(kind)) return text.replace(/\s+/g, ' ');
  if (!NAMED.includes(kind) || name === undefined) {
    throw new OptionError(
      `${what}: line ${line} of the WGSL begins with ${describe(kind || text.slice(0, 20))}; a module declares ${NAMED.join(', ')}`,
    );
  }
  if (kind === 'override') {
    if (!text.includes('=')) {
      throw new OptionError(
        `${what}: override ${name} has no value; give it one: override ${name} = …;`,
      );
    }
    return text.slice(text.indexOf('override')).replace('override', 'const');
  }
  if (kind !== 'var' || !access.trim().startsWith('storage')) {
    // The head as the linker reads it, whatever its white space.
    const clean = attributes.replace(/\s+/g, '');
    const rest = text.slice(text.indexOf(own ?? '', attributes.length) + (own ?? '').length);
    return `${clean ? `${clean} ` : ''}${kind}${access ? `<${access.trim()}>` : ''} ${own}${rest}`;
  }
  const type = text
    .slice(attributes.length)
    .replace(/^[^:]*:/, '')
    .replace(/\s+/g, ' ');
  return `@group(0) @binding(0) var<storage, ${access.includes('read_write') ? 'read_write' : 'read'}> ${own}: ${type.trim()}`;
}

/** @throws OptionError unless it can begin the names of what a caller's WGSL declares. */
export function checkName(what: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && /^[A-Za-z][\w ]{0,60}$/.test(name)) return;
  throw new OptionError(
    `${what}: name ${describe(name)} was given; use up to 61 letters, digits, spaces and underscores, a letter first`,
  );
}

/** A name for the linker: with a prefix, in ASCII. */
export const ownName = (prefix: string, name: string): string =>
  `${prefix.replace(/\W+/g, '_')}_${name.replace(/\W/gu, (c) => `u${c.codePointAt(0)?.toString(16)}`)}`;

/** Eight digits that tell one WGSL from another (FNV-1a), for checkpoints. */
export function codeOf(wgsl: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < wgsl.length; i++) {
    hash = Math.imul(hash ^ wgsl.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A caller's functions, ready for a wrapper of ours. */
export interface OwnFunctions {
  readonly file: ShaderFile;
  /** A function that has to be there. @throws OptionError if it is not */
  readonly need: (name: string, signature: string) => Declaration;
  /** The name in the file of what the caller declares. */
  readonly own: (name: string) => string;
  /** A type without the aliases that the caller declares. */
  readonly typeOf: (name: string) => string;
}

/**
 * WGSL of a caller without bindings, each name of it with the prefix of `name`.
 *
 * @param types names that the caller uses and the wrapper declares, with the same prefix
 * @throws OptionError if it is not WGSL or binds a buffer
 */
export function ownFunctions(
  kind: string,
  name: string,
  wgsl: unknown,
  types: readonly string[] = [],
): OwnFunctions {
  const what = `${kind} ${name}`;
  const all = declarationsOf(what, wgsl);
  const bound = all.find(({ attributes }) => /@\s*(binding|group)/.test(attributes));
  if (bound) throw new OptionError(`${what}: line ${bound.line} of the WGSL binds a buffer`);
  const declared = all.flatMap(({ kind: is, name: one }) => (one && NAMED.includes(is) ? one : []));
  const taken = declared.find((one) => types.includes(one));
  if (taken) throw new OptionError(`${what}: the WGSL declares ${taken}, which is given to it`);
  const own = (one: string): string => ownName(name, one);
  const names = new Map([...declared, ...types].map((one) => [one, own(one)]));
  return {
    file: givenFile(name, all, names),
    own,
    typeOf: (type) => {
      const alias = all.find((one) => one.kind === 'alias' && one.name === type);
      return /=\s*(.*?)\s*;/s.exec(alias?.text ?? '')?.[1] ?? type;
    },
    need: (wanted, signature) => {
      const found = all.find((one) => one.kind === 'fn' && one.name === wanted);
      if (found) return found;
      throw new OptionError(
        `${what}: the WGSL declares ${declared.join(', ').slice(0, 200) || 'nothing'}; it needs fn ${wanted}${signature}`,
      );
    },
  };
}

/** A caller's file behind lines of ours. Messages about these name the line of the caller's that is given with each. */
export const wrapped = (
  file: ShaderFile,
  lines: readonly (readonly [text: string, line: number])[],
): ShaderFile => ({
  ...file,
  source: [...lines.map(([text]) => text), file.source].join('\n'),
  lines: [...lines.map(([, line]) => line), ...(file.lines ?? [])],
});
