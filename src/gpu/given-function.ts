import { describe, isObject } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkGiven, type GivenFunction } from './given.ts';
import { givenFile, NAMED } from './given-file.ts';
import type { ShaderFile } from './shader-file.ts';
import { declarationsOf } from './wgsl.ts';

/** A caller's function, ready for the linker. */
export interface LinkableFunction {
  readonly file: ShaderFile;
  /** Buffers, by the bindings' names in `file`. */
  readonly bindings: Readonly<Record<string, GPUBufferBinding>>;
}

const ENTRY = 'valueAt';

/** WebGPU allows eight storage buffers, and the kernel that gathers a batch needs two. */
const MOST_BINDINGS = 6;

/**
 * Checks a caller's function, and renames its declarations so that they do not clash with the kernels'.
 *
 * @param what its name in messages
 * @throws OptionError if `valueAt` is missing, the bindings do not match the buffers, or it is not WGSL; as
 *   checkGiven for the buffers
 */
export function linkable(
  what: string,
  { wgsl, bindings = {} }: GivenFunction,
  device: GPUDevice,
): LinkableFunction {
  const all = declarationsOf(what, wgsl);
  const declared = all.filter(({ kind }) => NAMED.includes(kind));
  if (!declared.some(({ kind, name }) => kind === 'fn' && name === ENTRY)) {
    const names = declared.map(({ name }) => name).join(', ');
    throw new OptionError(
      `${what}: the WGSL declares ${describe(names) === '""' ? 'nothing' : names.slice(0, 200)}; it needs fn ${ENTRY}(sample: u32, column: u32) -> f32`,
    );
  }
  if (!isObject(bindings)) {
    throw new OptionError(
      `${what}: bindings ${describe(bindings)} was given; it is { name: buffer }`,
    );
  }
  const own = (name: string): string => `${what}_${name}`;
  const found: [string, GPUBufferBinding][] = [];
  for (const { kind, attributes, name = '', access } of declared) {
    if (kind !== 'var' || (!/@\s*binding/.test(attributes) && !/^storage|^uniform/.test(access)))
      continue;
    if (!/^\s*storage\s*(,\s*read\s*)?,?\s*$/.test(access)) {
      throw new OptionError(`${what}: ${name} is var<${access}>; bindings are var<storage, read>`);
    }
    if (!Object.hasOwn(bindings, name)) {
      throw new OptionError(`${what}: the WGSL binds ${name}; give its buffer as bindings.${name}`);
    }
    found.push([own(name), checkGiven(`${what}: ${name}`, bindings[name], 'all', device)]);
  }
  if (found.length > MOST_BINDINGS) {
    throw new OptionError(
      `${what}: the WGSL binds ${found.length} buffers; kernels have ${MOST_BINDINGS} bindings left`,
    );
  }
  const unknown = Object.keys(bindings).find((name) => !found.some(([key]) => key === own(name)));
  if (unknown !== undefined) {
    throw new OptionError(
      `${what}: a buffer was given for ${unknown.slice(0, 60)}, which the WGSL does not bind; it binds ${found.length === 0 ? 'nothing' : found.map(([key]) => key.slice(what.length + 1)).join(', ')}`,
    );
  }
  const names = new Map(declared.map(({ name = '' }) => [name, name === ENTRY ? name : own(name)]));
  const file = givenFile(what, all, names);
  return { file, bindings: Object.fromEntries(found) };
}
