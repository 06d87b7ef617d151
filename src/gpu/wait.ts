import type { Gpu } from './gpu.ts';

/**
 * Waits for the GPU. A lost device rejects pending promises with various errors before it reports the loss. Every
 * wait uses this function, so that the caller always gets a DeviceLostError.
 *
 * @throws DestroyedError, DeviceLostError if that is why `waiting` rejects; otherwise its own error
 */
export async function waitFor<T>(gpu: Gpu, waiting: PromiseLike<T>): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    await gpu.blameLoss(error);
    throw error;
  }
}
