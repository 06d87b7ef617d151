import type { Engine } from '../gpu/engine.ts';
import { waitFor } from '../gpu/wait.ts';
import { type Contender, clocked, repetitions } from './stopwatch.ts';

/** About how long a submit takes. Some systems reset the GPU after two seconds. */
const SUBMIT_MS = 50;
/** How many submits may be queued on the GPU, as in training. */
const IN_FLIGHT = 2;

/** Makes a contender from a function that encodes `count` repetitions. */
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
          flying.push(waitFor(engine, queue.onSubmittedWorkDone()));
          if (flying.length >= IN_FLIGHT) await flying.shift();
        }
        await Promise.all(flying);
      });
      engine.assertAlive();
      // A race's warm-up measures this.
      perSubmit = repetitions(elapsed / count, SUBMIT_MS);
      return elapsed;
    },
  };
}
