import { isSoftware } from './family.ts';

/** What the adapter says about itself. */
export interface AdapterInfo {
  /** `nvidia`, `apple`, …; from WebGPU's `GPUAdapterInfo`, like the next three. Empty if unknown. */
  readonly vendor: string;
  /** The family of GPUs, e.g. `ampere`. */
  readonly architecture: string;
  /** The vendor's identifier of the GPU. Browsers often hide it. */
  readonly device: string;
  /** The driver's description. Often empty. */
  readonly description: string;
  /** Whether the adapter runs on the CPU: WebGPU's fallback adapter, or a known software driver. */
  readonly software: boolean;
}

/** @param info absent in some browsers, or without some of its fields */
export function describeAdapter(info?: Partial<GPUAdapterInfo>): AdapterInfo {
  const { vendor = '', architecture = '', device = '', description = '' } = info ?? {};
  return Object.freeze({ vendor, architecture, device, description, software: isSoftware(info) });
}
