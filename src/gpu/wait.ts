import type { Gpu } from './gpu.ts';

/**
 * Waits for the GPU. A lost device rejects what waits for it, in words of its own, before it says that it is
 * lost: every wait goes through here, so that the loss has its name.
 *
 * @throws DestroyedError, DeviceLostError if that is why `waiting` rejects; else what it rejects with
 */
export async function waitFor<T>(gpu: Gpu, waiting: PromiseLike<T>): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    await gpu.blameLoss(error);
    throw error;
  }
}
