import type { Gpu } from '../gpu/gpu.ts';

/** Memory that a kernel binds. */
export interface Located {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  /** Bytes of one network. */
  readonly size: number;
  /** Bytes from one network's to the next one's; undefined for what all networks share. */
  readonly stride?: number | undefined;
}

/** A multiple of all element sizes, and of 256. */
const UNIT = 768;

/** The least bytes from one network's memory to the next one's. */
export const strideFor = (bytes: number): number => Math.ceil(bytes / UNIT) * UNIT;

/** The most bytes of one network in a buffer that all networks bind at once. */
export function mostBytesOf(gpu: Gpu, networks: number): number {
  const { limits } = gpu.device;
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  return Math.floor(most / networks / UNIT) * UNIT;
}

/** The whole binding for a number of networks. */
export function rangeOf(
  { buffer, offset, size, stride }: Located,
  networks: number,
): GPUBufferBinding {
  return { buffer, offset, size: stride === undefined ? size : (networks - 1) * stride + size };
}
