import type { Gpu } from '../gpu/gpu.ts';
import { waitFor } from '../gpu/wait.ts';
import type { Chunks } from '../train/chunks.ts';

/** Most submits in flight: one runs while the next is recorded. */
const IN_FLIGHT = 2;

export interface SubmitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each submit with the number of steps that were submitted. */
  readonly onChunk?: (done: number) => void;
}

/**
 * Runs steps in chunks, each one submit.
 *
 * @param encode records a number of steps
 * @param options the steps, and the most of a chunk
 * @returns the number of submitted steps: fewer than requested if the signal is aborted
 */
export async function submitSteps(
  gpu: Gpu,
  chunks: Chunks,
  encode: (encoder: GPUCommandEncoder, steps: number) => void,
  {
    steps,
    most,
    signal,
    onChunk,
  }: SubmitOptions & { readonly steps: number; readonly most: number },
): Promise<number> {
  const flying: { readonly done: Promise<unknown>; readonly steps: number }[] = [];
  let done = 0;
  chunks.begin(performance.now());
  while (done < steps && !signal?.aborted) {
    gpu.assertAlive();
    const count = Math.min(chunks.size, steps - done);
    const encoder = gpu.device.createCommandEncoder();
    encode(encoder, count);
    const taken = gpu.submit(encoder);
    done += count;
    const chunk = waitFor(gpu, Promise.all([taken, gpu.device.queue.onSubmittedWorkDone()]));
    // A rejection is reported when the chunk is awaited.
    chunk.catch(() => {});
    flying.push({ done: chunk, steps: count });
    onChunk?.(done);
    const oldest = flying.length >= IN_FLIGHT ? flying.shift() : undefined;
    if (!oldest) continue;
    await oldest.done;
    chunks.done(performance.now(), oldest.steps, most);
  }
  await Promise.all(flying.map((chunk) => chunk.done));
  gpu.assertAlive();
  return done;
}
