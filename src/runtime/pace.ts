/**
 * Keeps Node's package `webgpu` (0.6.2) from taking a core of its own: while a promise of the GPU's
 * is pending it polls in every turn of the event loop, which costs a software adapter on two cores a
 * third of its speed. Here each turn sleeps a little meanwhile. To be deleted when the package waits
 * without polling.
 */

/** Milliseconds of a sleep: what a pending promise may come late. */
const NAP_MS = 0.5;

/** Makes some promises of the GPU's sleep between polls. */
export function paceGpu(): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let pending = 0;
  // One nap a turn, however often nothing is pending for a moment: naps that pile up add up.
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
