import type { AdapterInfo } from './adapter-info.ts';
import type { Buffers } from './buffers.ts';
import type { KernelFamily } from './family.ts';
import type { Kernels } from './kernels.ts';
import type { Tunings } from './tunings.ts';

/**
 * Access to a GPU: an engine, or the workspace of one trainer or inference on it.
 */
export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  readonly buffers: Buffers;
  readonly kernels: Kernels;
  /** The fastest kernels that were found on this adapter. */
  readonly tunings: Tunings;
  /** The family of kernels in use. */
  readonly family: KernelFamily;
  /** All families that the device can run. */
  readonly families: readonly KernelFamily[];
  /** Whether kernels that compile fast are preferred over kernels that run fast. */
  readonly quick: boolean;
  /** Whether the device can time dispatches. */
  readonly timestamps: boolean;

  /** @throws DestroyedError, DeviceLostError if it can no longer be used */
  assertAlive(): void;

  /**
   * Waits for a promise of the caller, which may never settle.
   *
   * @throws DestroyedError as soon as this is destroyed
   */
  until<T>(waited: T | PromiseLike<T>): Promise<T>;

  /**
   * For a call that failed: checks whether the device is lost, which it may report only after calls have failed.
   *
   * @throws DestroyedError, DeviceLostError if that is the reason
   */
  blameLoss(error: unknown): Promise<void>;

  /**
   * Finishes an encoder and submits it. Errors are reported by the promise only.
   *
   * @returns a promise that resolves when WebGPU has accepted the work, not when the work is done
   * @throws DeviceError if WebGPU refuses it; none of it is done then
   */
  submit(encoder: GPUCommandEncoder): Promise<void>;
}
