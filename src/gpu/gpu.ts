import type { AdapterInfo } from './adapter-info.ts';
import type { Buffers } from './buffers.ts';
import type { KernelFamily } from './family.ts';
import type { Kernels } from './kernels.ts';
import type { Tunings } from './tunings.ts';

/**
 * What work on a GPU is done with: an engine, or the workspace that one trainer or inference has on it.
 */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  readonly buffers: Buffers;
  readonly kernels: Kernels;
  /** Which kernels were found the fastest on this adapter. */
  readonly tunings: Tunings;
  /** Which family of kernels suits the device. */
  readonly family: KernelFamily;
  /** All families that the device can run. */
  readonly families: readonly KernelFamily[];
  /** Prefer kernels that compile fast over fast kernels. */
  readonly quick: boolean;
  /** Whether the device can time single dispatches. */
  readonly timestamps: boolean;

  /** @throws DestroyedError, DeviceLostError if there is nothing to work with any more */
  assertAlive(): void;

  /**
   * Waits for something of the caller's, which may take for ever.
   *
   * @throws DestroyedError as soon as there is nothing to work with any more
   */
  until<T>(waited: T | PromiseLike<T>): Promise<T>;

  /**
   * For a call that failed: a lost device fails calls before it says that it is lost.
   *
   * @throws DestroyedError, DeviceLostError if there is nothing to work with any more
   */
  blameLoss(error: unknown): Promise<void>;

  /**
   * Finishes an encoder and submits it. What WebGPU refuses of it is told to nobody else.
   *
   * @returns settled when WebGPU has taken it, not when it is done
   * @throws DeviceError if WebGPU refuses it: nothing of it is done then
   */
  submit(encoder: GPUCommandEncoder): Promise<void>;
}
