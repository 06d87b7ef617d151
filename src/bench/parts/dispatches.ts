import type { BenchContext } from '../context.ts';
import { percent } from '../context.ts';
import type { DispatchesResult } from '../results.ts';
import { nameOf, PAPER_STEP, trainerOf, waysOf } from '../step.ts';

/** Enough for a median. With a pass and timestamps for each dispatch, a step takes longer than usual. */
const STEPS = 20;
/** A GPU may round its timestamps, and then needs many for a mean. */
const STEPS_OF_GPU = 300;
/** Times that are less certain than this share are not shown. */
const UNCERTAIN = 0.25;

/** Measures each dispatch of a step, fused and plain, with the device's own family. */
export async function benchDispatches(context: BenchContext): Promise<DispatchesResult[]> {
  const { engine, data } = context;
  if (!engine.timestamps) {
    context.note('This device has no timestamps, so single dispatches cannot be timed.');
    return [];
  }
  const results: DispatchesResult[] = [];
  const ways = waysOf(engine, PAPER_STEP).filter(
    ({ plan, family }) => plan === 'plain' || family === engine.family,
  );
  for (const way of ways) {
    const trainer = await trainerOf(engine, data, way, PAPER_STEP);
    try {
      const dispatches = await trainer.profile(engine.adapter.software ? STEPS : STEPS_OF_GPU);
      const total = dispatches.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
      results.push({ contender: nameOf(way), dispatches });
      for (const { label, nanoseconds, error } of dispatches) {
        const told = error <= UNCERTAIN * nanoseconds;
        const spread = error > 0 ? ` ± ${(error / 1000).toFixed(1)}` : '';
        context.row(
          `dispatches of a step, ${nameOf(way)}`,
          {
            dispatch: label,
            µs: told
              ? `${(nanoseconds / 1000).toFixed(1)}${spread}`
              : 'cannot tell: timestamps are rounded',
            share: told ? percent(nanoseconds / total) : '–',
          },
          true,
        );
      }
    } finally {
      trainer.destroy();
    }
  }
  return results;
}
