import type { BenchContext } from '../context.ts';
import { percent } from '../context.ts';
import type { DispatchesResult } from '../results.ts';
import { nameOf, PAPER_STEP, trainerOf, waysOf } from '../step.ts';

/** Enough for a median. With a pass and timestamps for each dispatch, a step takes longer than usual. */
const STEPS = 20;

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
      const dispatches = await trainer.profile(STEPS);
      const total = dispatches.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
      results.push({ contender: nameOf(way), dispatches });
      for (const { label, nanoseconds } of dispatches) {
        context.row(
          `dispatches of a step, ${nameOf(way)}`,
          {
            dispatch: label,
            µs: (nanoseconds / 1000).toFixed(1),
            share: total > 0 ? percent(nanoseconds / total) : '–',
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
