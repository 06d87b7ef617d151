import { checkInteger } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Profiler } from '../gpu/profiler.ts';
import { type BoundDispatch, encodeTimed } from '../graph/executor.ts';
import type { Session } from './session.ts';

/** A query set holds at most 4,096 timestamps, two for each dispatch. */
const MOST_DISPATCHES = 2048;

/** A device that counts in larger steps rounds its timestamps; the specification suggests 100 µs. In nanoseconds. */
const COARSE = 2048;

/** How long a dispatch takes. */
export interface DispatchTime {
  readonly label: string;
  /** The median; the mean, if the device rounds its timestamps. */
  readonly nanoseconds: number;
  /** The standard error of that mean; 0 for a median. If it is not small, more steps are needed to tell the time. */
  readonly error: number;
}

const divisorOf = (a: number, b: number): number => (b === 0 ? a : divisorOf(b, a % b));

/**
 * The time of several samples, in nanoseconds. The median of rounded times would be 0 or a whole tick. Their mean is right,
 * because a time that is half a tick long meets a tick half of the time.
 */
export function timeOf(samples: readonly number[]): Omit<DispatchTime, 'label'> {
  const tick = samples.reduce(divisorOf, 0);
  const count = samples.length;
  if (tick > 0 && tick < COARSE) {
    const sorted = [...samples].sort((a, b) => a - b);
    return { nanoseconds: sorted[Math.floor(count / 2)], error: 0 };
  }
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / count;
  const squares = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0);
  // Equal samples say little: the time may be anything within a tick.
  const least = (tick || COARSE) / Math.sqrt(12);
  return {
    nanoseconds: mean,
    error: Math.max(Math.sqrt(squares / count), least) / Math.sqrt(count),
  };
}

/**
 * Runs steps with a timestamp around every dispatch.
 *
 * Each dispatch gets its own pass, so the sum is slightly more than the time of a step.
 *
 * @returns the time of each dispatch, in order
 * @throws OptionError if the device has no timestamps, or `steps` is invalid
 */
export async function profileSteps(
  engine: Gpu,
  session: Session,
  steps: number,
  hold: () => Promise<unknown> | undefined,
): Promise<DispatchTime[]> {
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
  return dispatches.map(({ label }, i) => ({ label, ...timeOf(samples[i]) }));
}
