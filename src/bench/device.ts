import type { Engine } from '../gpu/engine.ts';
import { type Contender, clocked, repetitions } from './stopwatch.ts';

/** Submits are about this long: a system that watches its GPU resets it after two seconds. */
const SUBMIT_MS = 50;
/** Submits that may wait on the GPU, as in training. */
const IN_FLIGHT = 2;

/** Makes a contender of something that puts `count` repetitions into an encoder. */
export function encoded(
  engine: Engine,
  name: string,
  encode: (encoder: GPUCommandEncoder, count: number) => void,
): Contender {
  const { queue } = engine.device;
  let perSubmit = 1;
  return {
    name,
    run: async (count) => {
      const elapsed = await clocked(async () => {
        const flying: Promise<unknown>[] = [];
        for (let done = 0; done < count; ) {
          const some = Math.min(perSubmit, count - done);
          const encoder = engine.device.createCommandEncoder();
          encode(encoder, some);
          queue.submit([encoder.finish()]);
          done += some;
          flying.push(queue.onSubmittedWorkDone());
          if (flying.length >= IN_FLIGHT) await flying.shift();
        }
        await Promise.all(flying);
      });
      engine.assertAlive();
      // The warm-up of a race is what fits this.
      perSubmit = repetitions(elapsed / count, SUBMIT_MS);
      return elapsed;
    },
  };
}
