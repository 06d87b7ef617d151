import { checkKeys, describe, isObject, looksLike } from '../check.ts';
import { MemoryError, OptionError } from '../errors.ts';
import { BufferUsage } from './constants.ts';

/** Your buffer, or a part of it: `{ buffer, offset, size }`, in bytes. */
export type GivenBuffer = GPUBuffer | GPUBufferBinding;

/**
 * A WGSL function that you write, and the buffers that it reads. It is linked into the kernels that need its
 * values, and called for each value that they load. If the function is short, this is often faster than a buffer.
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
   * Declares `fn valueAt(sample: u32, column: u32) -> f32`, and what it calls. It may be called for up to three
   * columns past the last, with results that are not used. Bindings are `var<storage, read>`, at most six, with any
   * numbers. With one or two, the batch is not written to memory. Comments and minified text are allowed. An
   * `override` needs a value.
   */
  readonly wgsl: string;
  /** A buffer for each binding, by its name. Default none. */
  readonly bindings?: Readonly<Record<string, GivenBuffer>>;
}

const isBuffer = (given: unknown): given is GPUBuffer =>
  looksLike(given, { usage: 'number', size: 'number', mapAsync: 'function' });

/**
 * Checks a buffer of the caller that a kernel reads or writes.
 *
 * @param what its name in messages
 * @param needed bytes that are read or written
 * @throws OptionError if it is not a storage buffer, is too small, or starts at an offset that cannot be bound;
 *   MemoryError if this device cannot bind so much
 */
export function checkGiven(
  what: string,
  given: Partial<GPUBufferBinding> | GPUBuffer | null | undefined,
  needed: number | 'all',
  { limits }: { readonly limits: GPUSupportedLimits },
): GPUBufferBinding {
  const whole = isBuffer(given);
  if (!whole && isObject(given)) checkKeys(what, given, ['buffer', 'offset', 'size']);
  const { buffer, offset = 0, size } = whole ? { buffer: given } : isObject(given) ? given : {};
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
  const bytes = needed === 'all' ? Math.max(4, there) : needed;
  if (there < bytes) {
    throw new OptionError(
      `${what}: ${Math.max(0, there)} bytes were given from offset ${offset} on; ${bytes} are needed`,
    );
  }
  const most = limits.maxStorageBufferBindingSize;
  if (bytes > most) {
    throw new MemoryError(
      `${what} needs ${bytes} bytes in one binding; this device allows ${most}. Use fewer rows, or a device with a higher maxStorageBufferBindingSize`,
    );
  }
  return { buffer, offset, size: bytes };
}
