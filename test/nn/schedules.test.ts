import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import {
  chainedRate,
  constantRate,
  cosineRate,
  cosineRestartsRate,
  exponentialRate,
  linearRate,
  multiStepRate,
  oneCycleRate,
  polynomialRate,
  type Schedule,
  sequentialRate,
  stepRate,
  tableRate,
  warmup,
  wgslRate,
} from '../../src/nn/index.ts';
import { scheduleFactor } from '../../src/reference/index.ts';

const schedules = suite('schedules');

const factors = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => scheduleFactor(schedule, step).value);

const near = (found: readonly number[], wanted: readonly number[]): void => {
  assert.is(found.length, wanted.length);
  for (const [i, value] of wanted.entries()) {
    assert.ok(Math.abs(found[i] - value) <= 1e-12, `[${i}]: ${found[i]}, by hand ${value}`);
  }
};

// The examples of PyTorch's documentation, with lr = 1.

schedules('ConstantLR: a half for four steps', () =>
  near(factors(constantRate({ factor: 0.5, totalSteps: 4 }), 6), [0.5, 0.5, 0.5, 0.5, 1, 1]),
);

schedules('LinearLR: from a half to 1 in four steps', () =>
  near(
    factors(linearRate({ startFactor: 0.5, totalSteps: 4 }), 6),
    [0.5, 0.625, 0.75, 0.875, 1, 1],
  ),
);

schedules('ExponentialLR and StepLR', () => {
  near(factors(exponentialRate({ gamma: 0.1 }), 3), [1, 0.1, 0.01]);
  near(factors(stepRate({ stepSize: 2 }), 5), [1, 1, 0.1, 0.1, 0.01]);
  near(factors(exponentialRate({ gamma: 0 }), 3), [1, 0, 0]);
});

schedules('MultiStepLR', () =>
  near(factors(multiStepRate({ milestones: [1, 3], gamma: 0.5 }), 5), [1, 0.5, 0.5, 0.25, 0.25]),
);

schedules('PolynomialLR', () => {
  near(factors(polynomialRate({ totalSteps: 4 }), 6), [1, 0.75, 0.5, 0.25, 0, 0]);
  near(factors(polynomialRate({ totalSteps: 2, power: 2 }), 4), [1, 0.25, 0, 0]);
});

schedules('CosineAnnealingLR, and its way back up', () => {
  const half = Math.SQRT1_2;
  near(factors(cosineRate({ totalSteps: 4 }), 6), [
    1,
    (1 + half) / 2,
    0.5,
    (1 - half) / 2,
    0,
    (1 - half) / 2,
  ]);
  near(factors(cosineRate({ totalSteps: 2, endFactor: 0.2 }), 3), [1, 0.6, 0.2]);
});

schedules('CosineAnnealingWarmRestarts', () => {
  near(factors(cosineRestartsRate({ firstSteps: 2 }), 5), [1, 0.5, 1, 0.5, 1]);
  const growing = factors(cosineRestartsRate({ firstSteps: 1, growth: 2 }), 8);
  const half = Math.SQRT1_2;
  // Stretches of 1, 2 and 4 steps.
  near(growing, [1, 1, 0.5, 1, (1 + half) / 2, 0.5, (1 - half) / 2, 1]);
});

// torch.optim.lr_scheduler.OneCycleLR(SGD(lr=1), max_lr=1, total_steps=10): the rise ends at step 0.3 · 10 − 1 = 2, the
// fall at step 9; lr = end + (start − end) / 2 · (1 + cos(π · pct)).
schedules('OneCycleLR', () => {
  const cos = (from: number, to: number, share: number): number =>
    to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
  const [first, last] = [1 / 25, 1 / 25 / 1e4];
  const fall = [1, 2, 3, 4, 5, 6, 7].map((i) => cos(1, last, i / 7));
  near(factors(oneCycleRate({ totalSteps: 10 }), 11), [
    first,
    cos(first, 1, 0.5),
    1,
    ...fall,
    last,
  ]);
  // Three phases: up to step 2, down to step 4, on to step 9.
  const line = (from: number, to: number, share: number): number => from + (to - from) * share;
  const three = { totalSteps: 10, threePhase: true, annealStrategy: 'linear' } as const;
  near(factors(oneCycleRate(three), 10), [
    first,
    line(first, 1, 0.5),
    1,
    line(1, first, 0.5),
    first,
    ...[1, 2, 3, 4, 5].map((i) => line(first, last, i / 5)),
  ]);
});

schedules('ChainedScheduler multiplies', () => {
  const chain = chainedRate([
    constantRate({ factor: 0.1, totalSteps: 2 }),
    exponentialRate({ gamma: 0.9 }),
  ]);
  near(factors(chain, 4), [0.1, 0.09, 0.81, 0.729]);
});

schedules('SequentialLR counts the steps of each from its beginning', () => {
  const parts = [constantRate({ factor: 0.1, totalSteps: 2 }), exponentialRate({ gamma: 0.9 })];
  near(factors(sequentialRate(parts, [2]), 5), [0.1, 0.1, 1, 0.9, 0.81]);
});

schedules('a trace of PyTorch: LinearLR, then CosineAnnealingLR', () => {
  // PyTorch 1.13: lr 0.003, start_factor 0.1, total_iters 20, T_max 80, milestone 20.
  const found = factors(
    sequentialRate(
      [linearRate({ startFactor: 0.1, totalSteps: 20 }), cosineRate({ totalSteps: 80 })],
      [20],
    ),
    100,
  ).map((factor) => 0.003 * factor);
  near(found.slice(0, 4), [0.0003, 0.000435, 0.00057, 0.000705]);
  near(found.slice(-3), [1.0397314567610562e-5, 4.6239994003080545e-6, 1.1564456389156488e-6]);
});

schedules('a warm-up reaches 1 with its last step', () => {
  near(factors(warmup(4), 6), [0.25, 0.5, 0.75, 1, 1, 1]);
  near(factors(warmup(1), 2), [1, 1]);
  near(factors(warmup(2, cosineRate({ totalSteps: 2 })), 5), [0.5, 1, 1, 0.5, 0]);
});

schedules('a table: its last number stays', () => {
  near(
    factors(tableRate({ factors: [1, 0.5, 0.25], stepsEach: 2 }), 7),
    [1, 1, 0.5, 0.5, 0.25, 0.25, 0.25],
  );
});

schedules('copies are checked, and compute what they say', () => {
  const copy = { ...cosineRate({ totalSteps: 4 }), totalSteps: 2 };
  near(factors(copy, 3), [1, 0.5, 0]);
  const wrong = { ...copy, totalSteps: 0 };
  assert.throws(() => factors(wrong, 1), /totalSteps 0/);
  const chain = { ...chainedRate([warmup(2), warmup(4)]), schedules: [warmup(2)] };
  near(factors(chain, 2), [0.5, 1]);
  assert.throws(() => factors({ kind: 'cosine' } as never, 1), /another schedule/);
});

schedules('options are part of the text that checkpoints compare', () => {
  const text = JSON.stringify(warmup(3, cosineRate({ totalSteps: 9 })));
  assert.match(text, '"kind":"sequential"');
  assert.match(text, '"totalSteps":9');
});

schedules('wrong options are refused by name', () => {
  const wrong: readonly [() => unknown, RegExp][] = [
    [() => warmup(0), /warmup\(\): steps 0/],
    [() => warmup(3, {} as never), /schedule/],
    [() => cosineRate({} as never), /totalSteps/],
    [() => cosineRate({ totalSteps: 5, end: 1 } as never), /no option "end"/],
    [() => cosineRate({ totalSteps: 5, endFactor: 2 }), /endFactor 2 .* from 0 to 1/],
    [() => stepRate({ stepSize: 1.5 }), /stepSize 1.5/],
    [() => exponentialRate({ gamma: Number.NaN }), /gamma NaN/],
    [() => multiStepRate({ milestones: [5, 5] }), /milestones\[1\] 5/],
    [() => sequentialRate([warmup(1)], [3]), /1 milestones .* for 1 schedules/],
    [() => chainedRate([]), /array of 1 to 16 schedules/],
    [() => tableRate({ factors: [] }), /1 to 1024 numbers/],
    [() => tableRate({ factors: [1, -1] }), /factors\[1\] -1/],
    [() => oneCycleRate({ totalSteps: 10, annealStrategy: 'cosine' as never }), /'cos'/],
    [() => wgslRate({ wgsl: 'fn rate(step: u32) -> f32 { return 1.0; }' }), /needs fn factor/],
    [
      () =>
        wgslRate({
          wgsl: '@group(0) @binding(0) var<storage, read> x: array<f32>; fn factor(step: u32) -> f32 { return x[step]; }',
        }),
      /has no buffers/,
    ],
    [
      () => scheduleFactor(wgslRate({ wgsl: 'fn factor(step: u32) -> f32 { return 1.0; }' }), 0),
      /no reference/,
    ],
  ];
  for (const [call, message] of wrong) {
    assert.throws(
      call,
      (error: unknown) => error instanceof OptionError && message.test(error.message),
      String(message),
    );
  }
});

schedules.run();
