import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as forecast } from '../../examples/programs/forecast.ts';
import { run as fraud } from '../../examples/programs/fraud.ts';
import { run as gan } from '../../examples/programs/gan.ts';
import { flats, run as regression } from '../../examples/programs/regression.ts';
import { run as reinforce } from '../../examples/programs/reinforce.ts';
import { run as rgb } from '../../examples/programs/rgb.ts';
import { run as sdf } from '../../examples/programs/sdf.ts';
import { run as teachable } from '../../examples/programs/teachable.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

/** Runs a program, which must leave nothing behind. */
const program = <T>(name: string, run: (engine: Engine) => Promise<T>, look: (got: T) => void) =>
  test(name, () =>
    withSharedEngine(async (engine) => {
      const got = await run(engine);
      look(got);
    }),
  );

const mean = (list: readonly number[]): number =>
  list.reduce((sum, value) => sum + value, 0) / list.length;

program('tabular regression: better by far than the mean price', regression, ({ r2, mae }) => {
  const { prices } = flats(1000);
  const guess = mean(prices.map((price) => Math.abs(price - mean(prices))));
  assert.ok(r2 > 0.9, `R² ${r2}`);
  assert.ok(mae < guess / 3, `${mae} against ${guess}`);
});

program('fraud: rare cases are found, which a share of right answers would hide', fraud, (got) => {
  assert.ok(got.auc > 0.9, `AUC ${got.auc}`);
  assert.ok(got.recall > 0.7, `recall ${got.recall}`);
  assert.ok(got.precision > 0.15, `precision ${got.precision}, by chance 0.05`);
});

program('RGB images: shapes whatever their colours', rgb, ({ accuracy }) =>
  assert.ok((accuracy ?? 0) > 0.6, `accuracy ${accuracy}, by chance 0.33`),
);

program('a teachable machine: classes come one by one', teachable, ({ shares }) => {
  assert.is(shares.length, 4);
  for (const share of shares) assert.ok(share > 0.85, `known: ${shares}`);
});

program('REINFORCE: the agent learns to walk', reinforce, ({ first, last }) => {
  assert.ok(first < 4, `reward ${first} at first`);
  assert.ok(last > 6.5, `reward ${last} at last, 9 at best`);
});

program('a signed-distance field: near the true one', sdf, ({ error, agreeing }) => {
  assert.ok(error < 0.05, `error ${error}`);
  assert.ok(agreeing > 0.9, `${agreeing} of the signs`);
});

program('forecasting: better than that nothing changes', forecast, ({ mae, persistence }) =>
  assert.ok(mae < persistence / 2, `${mae} against ${persistence}`),
);

program('a GAN: points come near the ring, on both sides of it', gan, ({ off, right }) => {
  assert.ok(off < 0.25, `${off} from the ring; noise is 0.3, a new generator 0.87`);
  assert.ok(right > 0.15 && right < 0.85, `${right} of the points on the right`);
});

test.run();
