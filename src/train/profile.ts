import { checkInteger } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Profiler } from '../gpu/profiler.ts';
import { type BoundDispatch, encodeTimed } from '../graph/executor.ts';
import type { Session } from './session.ts';

/** A query set holds at most 4,096 timestamps, two for each dispatch. */
const MOST_DISPATCHES = 2048;

/**
 * Runs steps with a timestamp around every dispatch.
 *
 * Each dispatch gets its own pass, so the sum is slightly more than the time of a step.
 *
 * @returns the median time of each dispatch, in order, in nanoseconds
 * @throws OptionError if the device has no timestamps, or `steps` is invalid
 */
export async function profileSteps(
  engine: Gpu,
  session: Session,
  steps: number,
  hold: () => Promise<unknown> | undefined,
): Promise<{ label: string; nanoseconds: number }[]> {
  if (!engine.timestamps) {
    throw new OptionError(
      'this device has no timestamps; request the feature timestamp-query if the adapter has it',
    );
  }
  checkInteger('profile(): steps', steps, 1);
  // Room for both programs of a warm start.
  const profiler = new Profiler(engine, MOST_DISPATCHES);
  let dispatches: readonly BoundDispatch[] = [];
  let samples: number[][] = [];
  try {
    await engine.buffers.settle();
    for (let step = 0; step < steps; step++) {
      const encoder = engine.device.createCommandEncoder();
      await session.stage(encoder, 1);
      for (let waited = hold(); waited; waited = hold()) await waited;
      const taken = session.take(1);
      // The kernels have changed; only the new ones are timed.
      if (taken !== dispatches) samples = taken.map(() => []);
      dispatches = taken;
      encodeTimed(encoder, dispatches, profiler);
      profiler.resolve(encoder);
      const submitted = engine.submit(encoder);
      const [times] = await Promise.all([profiler.read(), submitted]);
      for (const [i, nanoseconds] of times.entries()) samples[i].push(nanoseconds);
      engine.assertAlive();
    }
  } finally {
    profiler.destroy();
  }
  return dispatches.map(({ label }, i) => {
    const sorted = samples[i].sort((a, b) => a - b);
    return { label, nanoseconds: sorted[Math.floor(sorted.length / 2)] };
  });
}
