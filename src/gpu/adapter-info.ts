import { isSoftware } from './family.ts';

/** Who the adapter says it is. */
export interface AdapterInfo {
  /** `nvidia`, `apple`, …; like the next three as in WebGPU's `GPUAdapterInfo`, empty if it is not told. */
  readonly vendor: string;
  /** The family of GPUs, e.g. `ampere`. */
  readonly architecture: string;
  /** The vendor's identifier of the GPU; browsers often keep it to themselves. */
  readonly device: string;
  /** What the driver says in words; often empty. */
  readonly description: string;
  /** The adapter runs on the CPU (WebGPU's fallback adapter, or a known software driver's name). */
  readonly software: boolean;
}

export function describeAdapter(info: GPUAdapterInfo): AdapterInfo {
  const { vendor, architecture, device, description } = info;
  return Object.freeze({ vendor, architecture, device, description, software: isSoftware(info) });
}
