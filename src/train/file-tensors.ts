import type { SafetensorsTensor } from '../data/safetensors.ts';

/** A file's tensors by name. */
export type Tensors = ReadonlyMap<string, SafetensorsTensor>;

/** A file's names by the names to match. */
export type Called = ReadonlyMap<string, string>;
