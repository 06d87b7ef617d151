/**
 * Keeps Node's package `webgpu` (0.6.2) from occupying a core. While one of the GPU's promises is
 * pending, the package polls in every turn of the event loop, which costs a software adapter on two cores a
 * third of its speed. This makes each turn sleep a little. Delete it once the package waits without
 * polling.
 */

/** Milliseconds of a sleep: how late a promise may resolve. */
const NAP_MS = 0.5;

/** Makes Node sleep between polls for the GPU's promises. */
export function paceGpu(): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let pending = 0;
  // At most one nap in each turn: several would add up.
  let scheduled = false;
  const nap = (): void => {
    scheduled = pending > 0;
    if (!scheduled) return;
    Atomics.wait(cell, 0, 0, NAP_MS);
    setImmediate(nap);
  };
  const paced = <T>(promise: Promise<T>): Promise<T> => {
    pending++;
    if (!scheduled) setImmediate(nap);
    scheduled = true;
    return promise.finally(() => {
      pending--;
    });
  };
  const { onSubmittedWorkDone } = GPUQueue.prototype;
  GPUQueue.prototype.onSubmittedWorkDone = function () {
    return paced(onSubmittedWorkDone.call(this));
  };
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (...given) {
    return paced(mapAsync.apply(this, given));
  };
}
