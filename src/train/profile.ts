import { checkInteger } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Profiler } from '../gpu/profiler.ts';
import { type BoundDispatch, encodeTimed } from '../graph/executor.ts';
import type { Session } from './session.ts';

/** A query set holds 4,096 timestamps at most, two a dispatch. */
const MOST_DISPATCHES = 2048;

/**
 * Runs steps with a timestamp around every dispatch.
 *
 * Each dispatch gets a pass of its own, so that the sum is a little more than what a step takes.
 *
 * @returns the median time of each dispatch, in order, in nanoseconds
 * @throws OptionError where the device has no timestamps, or no step is asked for.
 */
export async function profileSteps(
  engine: Gpu,
  session: Session,
  steps: number,
  hold: () => Promise<unknown> | undefined,
): Promise<{ label: string; nanoseconds: number }[]> {
  if (!engine.timestamps) {
    throw new OptionError(
      'this device has no timestamps; ask for the feature timestamp-query where the adapter has it',
    );
  }
  checkInteger('profile(): steps', steps, 1);
  // Room for either program of a session that begins with other kernels.
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
      // The kernels have changed: what counts is how long the new ones take.
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
