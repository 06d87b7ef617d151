import { checkKeys, describe, isObject, looksLike } from '../check.ts';
import { MemoryError, OptionError } from '../errors.ts';
import { BufferUsage } from './constants.ts';
import { rename } from './files.ts';
import { declaredIn } from './names.ts';
import type { ShaderFile } from './shader-file.ts';

/** A buffer of the caller's, or a part of one: `{ buffer, offset, size }`, in bytes. */
export type GivenBuffer = GPUBuffer | GPUBufferBinding;

/**
 * A function of WGSL that the caller writes, and the buffers that it reads. It is linked into the kernels
 * that need its values, and called wherever one is loaded: often cheaper than memory, if it is short.
 *
 * @example
 * const inputs: GivenFunction = {
 *   wgsl: `
 *     @group(0) @binding(0) var<storage, read> points: array<vec2f>;
 *     fn valueAt(sample: u32, column: u32) -> f32 { return points[sample][column]; }`,
 *   bindings: { points },
 * };
 */
export interface GivenFunction {
  /**
   * Declares `fn valueAt(sample: u32, column: u32) -> f32`, and what this calls. It may be asked for up to
   * three columns past the last; what it says there is not used. Bindings are `var<storage, read>`, six at
   * most (with one or two the batch need not be written to memory); their numbers do not matter.
   */
  readonly wgsl: string;
  /** A buffer for each binding, by its name. Default none. */
  readonly bindings?: Readonly<Record<string, GivenBuffer>>;
}

const isBuffer = (given: unknown): given is GPUBuffer =>
  looksLike(given, { usage: 'number', size: 'number', mapAsync: 'function' });

/**
 * Checks a buffer of the caller's that a kernel is to read or write.
 *
 * @param what its name, for the error
 * @param bytes what is read or written of it
 * @throws OptionError for what is no buffer for storage, or too small, or begins where bindings cannot;
 *   MemoryError where this device cannot bind so much.
 */
export function checkGiven(
  what: string,
  given: Partial<GPUBufferBinding> | GPUBuffer | null | undefined,
  bytes: number,
  { limits }: GPUDevice,
): GPUBufferBinding {
  const whole = isBuffer(given);
  if (!whole && isObject(given)) checkKeys(what, given, ['buffer', 'offset', 'size']);
  const { buffer, offset = 0, size } = whole ? { buffer: given } : (given ?? {});
  if (!isBuffer(buffer)) {
    throw new OptionError(
      `${what}: ${describe(given)} was given; it is a GPUBuffer or { buffer, offset, size }`,
    );
  }
  if (!(buffer.usage & BufferUsage.STORAGE)) {
    throw new OptionError(
      `${what}: the buffer has usage 0x${buffer.usage.toString(16)}; make it with GPUBufferUsage.STORAGE`,
    );
  }
  const step = limits.minStorageBufferOffsetAlignment;
  if (!Number.isInteger(offset) || offset < 0 || offset % step !== 0) {
    throw new OptionError(
      `${what}: offset ${describe(offset)} was given; this device binds storage at multiples of ${step} bytes`,
    );
  }
  if (size !== undefined && !(Number.isInteger(size) && size >= 0)) {
    throw new OptionError(`${what}: size ${describe(size)} was given; it is a number of bytes`);
  }
  const there = Math.min(buffer.size - offset, size ?? Infinity);
  if (there < bytes) {
    throw new OptionError(
      `${what}: ${Math.max(0, there)} bytes were given from offset ${offset} on; ${bytes} are needed`,
    );
  }
  const most = limits.maxStorageBufferBindingSize;
  if (bytes > most) {
    throw new MemoryError(
      `${what} takes ${bytes} bytes in one binding; this device allows ${most}. Use fewer rows, or a device with a higher maxStorageBufferBindingSize`,
    );
  }
  return { buffer, offset, size: bytes };
}

/** A caller's function made ready for the linker. */
export interface LinkableFunction {
  readonly file: ShaderFile;
  /** What is bound, by the names in `file`. */
  readonly bindings: Readonly<Record<string, GPUBufferBinding>>;
}

const ENTRY = 'valueAt';
const BINDING = /@binding\(\s*\d+\s*\)\s*var\s*(?:<([^>]*)>)?\s*(\w+)/g;

/** Of WebGPU's eight storage buffers the kernel that gathers a batch needs two. */
const MOST_BINDINGS = 6;

/** Without comments, and nothing indented that is of the module's scope, as the linker reads files. */
function plain(wgsl: string): string {
  let depth = 0;
  return wgsl
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/\/\/[^\n]*/g, '')
    .split('\n')
    .map((line) => {
      const shown = depth === 0 ? line.trim() : line;
      depth += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
      return shown;
    })
    .join('\n');
}

/**
 * Checks a function of the caller's, and keeps its names apart from those of the kernels.
 *
 * @param what its name, for errors
 * @throws OptionError where `valueAt` is missing, or bindings and buffers do not agree; see checkGiven.
 */
export function linkable(
  what: string,
  { wgsl, bindings = {} }: GivenFunction,
  device: GPUDevice,
): LinkableFunction {
  const source = plain(wgsl);
  const declared = declaredIn(source);
  if (!declared.includes(ENTRY)) {
    throw new OptionError(
      `${what}: the WGSL declares ${declared.join(', ') || 'nothing'}; it needs fn ${ENTRY}(sample: u32, column: u32) -> f32`,
    );
  }
  const own = (name: string): string => `${what}_${name}`;
  const found = [...source.matchAll(BINDING)].map(([, access = '', name]) => {
    if (!/^storage(\s*,\s*read)?\s*$/.test(access)) {
      throw new OptionError(`${what}: ${name} is var<${access}>; bindings are var<storage, read>`);
    }
    const buffer = bindings[name];
    if (buffer === undefined) {
      throw new OptionError(`${what}: the WGSL binds ${name}; give its buffer as bindings.${name}`);
    }
    const { offset = 0, size } = 'buffer' in buffer ? buffer : {};
    const bytes = size ?? ('buffer' in buffer ? buffer.buffer : buffer).size - offset;
    return [own(name), checkGiven(`${what}: ${name}`, buffer, bytes, device)] as const;
  });
  if (found.length > MOST_BINDINGS) {
    throw new OptionError(
      `${what}: the WGSL binds ${found.length} buffers; kernels have ${MOST_BINDINGS} bindings left`,
    );
  }
  const unknown = Object.keys(bindings).find((name) => !found.some(([key]) => key === own(name)));
  if (unknown !== undefined) {
    throw new OptionError(
      `${what}: a buffer was given for ${unknown}, which the WGSL does not bind; it binds ${found.length === 0 ? 'nothing' : found.map(([key]) => key.slice(what.length + 1)).join(', ')}`,
    );
  }
  const names = Object.fromEntries(
    declared.filter((name) => name !== ENTRY).map((name) => [name, own(name)]),
  );
  const file = { name: `${what} (given)`, source: rename(source, names), given: true } as const;
  return { file, bindings: Object.fromEntries(found) };
}
