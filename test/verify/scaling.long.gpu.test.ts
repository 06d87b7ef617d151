import { test } from 'uvu';
import { runTrial } from '../../src/verify/run-trial.ts';
import { scalingTrial } from '../../src/verify/scaling.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertWithin } from './trial-tests.ts';

// `npm run sweep` runs all combinations. Here each extreme is combined with small sizes.
const EXTREMES = [
  [1, 16, 3],
  [3, 4096, 2],
  [100, 17, 16],
  [8192, 16, 2],
] as const;

for (const [batch, width, depth] of thoroughly(
  EXTREMES,
  ([batch, width]) => batch < 8192 && width < 4096,
)) {
  test(`batch ${batch}, width ${width}, depth ${depth}: a training step is within the reference's bounds`, () =>
    withSharedEngine(async (engine) => {
      const trial = scalingTrial({ batch, width, depth });
      for (const plan of ['plain', 'fused'] as const) {
        assertWithin(trial, await runTrial(engine, trial, plan));
      }
    }));
}

test.run();
