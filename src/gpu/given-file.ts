import { describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { ShaderFile } from './shader-file.ts';
import { type Declaration, renamed } from './wgsl.ts';

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
  if (kind !== 'var' || !access.trim().startsWith('storage')) return text;
  const type = text
    .slice(attributes.length)
    .replace(/^[^:]*:/, '')
    .replace(/\s+/g, ' ');
  return `@group(0) @binding(0) var<storage, ${access.includes('read_write') ? 'read_write' : 'read'}> ${names.get(name) ?? name}: ${type.trim()}`;
}
