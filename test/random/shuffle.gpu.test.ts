import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adam, nadam } from '../../src/nn/optimizers.ts';
import { METHOD } from '../../src/ops/update.ts';
import { keyOf } from '../../src/random/domains.ts';
import { shuffleOf } from '../../src/random/permute.ts';
import { scheduleFactor } from '../../src/reference/schedules.ts';
import { SCHEDULES } from '../../src/verify/trials/schedules.ts';
import { withEngine } from '../gpu/helpers.ts';
import { tick } from './ticks.ts';

/** Numbers of samples and batch sizes. With most of them the last batch is not full. */
const SIZES = [
  [1, 1],
  [2, 2],
  [3, 2],
  [7, 3],
  [100, 32],
  [257, 64],
  [1000, 300],
  [60_000, 7_000],
] as const;

for (const [samples, batch] of SIZES) {
  test(`two epochs of ${samples} samples in batches of ${batch} are the CPU's, each sample once`, () =>
    withEngine(async (engine) => {
      const key = keyOf(2 ** 40 + 11);
      const perEpoch = Math.ceil(samples / batch);
      const ticked = await tick(engine, { samples, batch, steps: 2 * perEpoch, key });
      for (const epoch of [0, 1]) {
        const order = shuffleOf(samples, epoch, key);
        const found: number[] = [];
        for (let b = 0; b < perEpoch; b++) {
          const at = epoch * perEpoch + b;
          const { count } = ticked.clocks[at];
          found.push(...ticked.indices[at].slice(0, count));
          // Rows beyond the end have samples too, so that no kernel reads beyond the data.
          assert.ok(ticked.indices[at].every((index) => index < samples));
        }
        assert.is(found.length, samples);
        assert.equal(
          Uint32Array.from(found),
          Uint32Array.from({ length: samples }, (_, i) => order(i)),
        );
        assert.is(new Set(found).size, samples, `epoch ${epoch} repeats a sample`);
      }
    }));
}

test('the ticks count steps, epochs, batches and the rows of the last batch, without the CPU', () =>
  withEngine(async (engine) => {
    const { clocks } = await tick(engine, { samples: 50, batch: 32, steps: 5, key: [1, 0] });
    assert.equal(
      clocks.map(({ step, epoch, batch, count }) => [step, epoch, batch, count]),
      [
        [0, 0, 0, 32],
        [1, 0, 1, 18],
        [2, 1, 0, 32],
        [3, 1, 1, 18],
        [4, 2, 0, 32],
        [5, 2, 1, 18],
      ],
    );
  }));

test('a tick adds the valid rows to the sums of the step and of the epoch', () =>
  withEngine(async (engine) => {
    // More rows than the tick has lanes; all sums are exact in float32.
    const losses = Float32Array.from({ length: 150 }, (_, row) => row * row);
    const sumOf = (rows: number): number => losses.slice(0, rows).reduce((sum, x) => sum + x, 0);
    const ticked = await tick(engine, { samples: 220, batch: 150, steps: 3, key: [1, 0], losses });
    const sums = (loss: number, count: number) => ({
      loss,
      hits: 0,
      mislabelled: false,
      count,
      weight: count,
    });
    assert.equal(ticked.steps.slice(0, 4), [
      sums(sumOf(150), 150),
      sums(sumOf(70), 70),
      sums(sumOf(150), 150),
      sums(0, 0),
    ]);
    assert.equal(ticked.epochs.slice(0, 3), [
      sums(sumOf(150) + sumOf(70), 220),
      sums(sumOf(150), 150),
      sums(0, 0),
    ]);
  }));

test('the sum of many small losses in an epoch is accurate', () =>
  withEngine(async (engine) => {
    // 0.1 is not exact: a plain float32 sum of 4000 of them has an error above 1e-5.
    const losses = Float32Array.of(0.1);
    const ticked = await tick(engine, {
      samples: 4000,
      batch: 1,
      steps: 4000,
      key: [1, 0],
      losses,
    });
    const straight = Array.from({ length: 4000 }).reduce<number>(
      (sum) => Math.fround(sum + Math.fround(0.1)),
      0,
    );
    const exact = 4000 * Math.fround(0.1);
    assert.ok(Math.abs(straight - exact) > 1e-5 * exact, 'the test is too easy');
    assert.ok(Math.abs(ticked.epochs[0].loss - exact) <= 2 ** -23 * exact);
  }));

test("the ticks compute Adam's bias correction for the next step, within a few roundings", () =>
  withEngine(async (engine) => {
    for (const betas of [
      [0.9, 0.999],
      [0.5, 0.99999],
      [0, 0],
    ] as const) {
      const rule = adam({ betas, learningRate: 0.01 });
      const { clocks } = await tick(engine, {
        samples: 9,
        batch: 1,
        steps: 1500,
        key: [1, 0],
        rule,
      });
      for (const { step, optimizer } of clocks) {
        const [stepSize, rootScale] = optimizer.slice(6);
        const size = 0.01 / (1 - betas[0] ** (step + 1));
        const root = 1 / Math.sqrt(1 - betas[1] ** (step + 1));
        // ln β is rounded once (2⁻²⁴), WGSL allows exp 3 + 2|x| ULP and a division 2.5.
        const most = 1e-6;
        assert.ok(Math.abs(stepSize / size - 1) <= most, `step ${step}: ${stepSize}, not ${size}`);
        assert.ok(
          Math.abs(rootScale / root - 1) <= most,
          `step ${step}: ${rootScale}, not ${root}`,
        );
      }
    }
  }));

test("the ticks compute NAdam's rates for the next step as the CPU does", () =>
  withEngine(async (engine) => {
    for (const momentumDecay of [4e-3, 1]) {
      const rule = nadam({ momentumDecay });
      const options = { samples: 9, batch: 1, steps: 400, key: [1, 0] as const, rule };
      for (const { step, optimizer } of (await tick(engine, options)).clocks) {
        const rates = rule[METHOD].numbers(step).slice(5, 8);
        for (const [i, rate] of rates.entries()) {
          const found = optimizer[5 + i];
          assert.ok(Math.abs(found / rate - 1) <= 5e-6, `step ${step}: ${found}, not ${rate}`);
        }
      }
    }
  }));

test('the ticks compute the learning rate of the next step, within the bounds of the reference', () =>
  withEngine(async (engine) => {
    const learningRate = 0.75;
    for (const [name, schedule] of SCHEDULES) {
      const rule = adam({ learningRate });
      const options = { samples: 9, batch: 1, steps: 130, key: [1, 0] as const, rule, schedule };
      for (const { step, learningRate: found } of (await tick(engine, options)).clocks.slice(1)) {
        const { value, error } = scheduleFactor(schedule, step);
        const off = Math.abs(found - learningRate * value);
        const bound = learningRate * (error + 2 ** -22 * value) + 2 ** -126;
        assert.ok(off <= bound, `${name}, step ${step}: ${found}, not ${learningRate * value}`);
        assert.ok(error <= 1e-5, `${name}, step ${step}: a bound of ${error}`);
      }
    }
  }));

test.run();
