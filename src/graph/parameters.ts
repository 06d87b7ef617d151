import type { Node } from './graph.ts';
import { storageOf } from './tensor.ts';

/** WebGPU's default alignment of a binding's offset, in bytes. */
export const ALIGNMENT = 256;

export const align = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Bytes from the start of a parameter to the start of the next one in the same buffer. */
export function slotBytes(parameter: Node): number {
  return align(storageOf(parameter.spec).bytes);
}
