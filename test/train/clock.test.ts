import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adam, adamw, sgd } from '../../src/nn/optimizers.ts';
import { keyOf } from '../../src/random/domains.ts';
import { CLOCK_BYTES, type ClockStart, clockBytes } from '../../src/train/clock.ts';

const clock = suite('clock');

const START: ClockStart = { key: [1, 2], step: 0, samples: 60_000, batch: 100 };

// By hand, after the struct in shaders/step/clock_type.wgsl: a vec2u, then words of 4 bytes.
const WORDS = ['step', 'epoch', 'batch', 'count', 'samples', 'batches', 'sideA', 'sideB'] as const;
const REALS = [
  ...['learningRate', 'weightDecay', 'decoupledDecay', 'momentum', 'dampening', 'nesterov'],
  ...['rate1', 'rate2', 'beta2', 'logBeta1', 'logBeta2', 'epsilon', 'stepSize', 'rootScale'],
] as const;

function read(start: ClockStart): Record<string, number> {
  const view = new DataView(clockBytes(start));
  return Object.fromEntries([
    ['seed0', view.getUint32(0, true)],
    ['seed1', view.getUint32(4, true)],
    ...WORDS.map((name, i) => [name, view.getUint32(8 + 4 * i, true)]),
    ...REALS.map((name, i) => [name, view.getFloat32(40 + 4 * i, true)]),
  ]);
}

/** Checks some of the fields. */
function has(start: Partial<ClockStart>, expected: Readonly<Record<string, number>>): void {
  const found = read({ ...START, ...start });
  for (const [name, value] of Object.entries(expected)) {
    assert.is(found[name], value, `${name}: ${found[name]}, expected ${value}`);
  }
}

const f32 = Math.fround;

clock('is 104 bytes: a pair, 10 integers, 14 reals', () => {
  assert.is(CLOCK_BYTES, 104);
  assert.is(clockBytes(START).byteLength, 104);
});

clock('begins with the seed, both halves, and the sizes', () => {
  has({ key: keyOf(2 ** 53 - 1) }, { seed0: 0xffffffff, seed1: 0x1fffff });
  has({}, { step: 0, epoch: 0, batch: 0, count: 100, samples: 60_000, batches: 600 });
  // ⌈√60,000⌉ = 245, ⌈60,000 / 245⌉ = 245.
  has({}, { sideA: 245, sideB: 245 });
});

clock('a step is a batch of an epoch', () => {
  has({ step: 599 }, { step: 599, epoch: 0, batch: 599, count: 100 });
  has({ step: 600 }, { step: 600, epoch: 1, batch: 0, count: 100 });
  has({ step: 1234 }, { step: 1234, epoch: 2, batch: 34 });
});

clock('the last batch of an epoch may be partial', () => {
  const odd = { samples: 23, batch: 7 };
  has({ ...odd, step: 2 }, { batches: 4, batch: 2, count: 7 });
  has({ ...odd, step: 3 }, { batches: 4, batch: 3, count: 2 });
  has({ ...odd, step: 7 }, { epoch: 1, batch: 3, count: 2 });
  has({ samples: 5, batch: 5, step: 3 }, { batches: 1, epoch: 3, batch: 0, count: 5 });
});

clock('without an optimizer its fields are 0', () => {
  const found = read(START);
  for (const name of REALS) assert.is(found[name], 0, name);
});

clock('SGD’s options', () => {
  const rule = sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 });
  has(
    { rule },
    {
      learningRate: f32(0.1),
      momentum: f32(0.9),
      dampening: 0,
      nesterov: 1,
      weightDecay: f32(0.01),
      decoupledDecay: 0,
      stepSize: 0,
    },
  );
  has({ rule: sgd({ momentum: 0.5, dampening: 0.25 }) }, { nesterov: 0, dampening: 0.25 });
});

clock('Adam’s options, each rounded once from float64', () => {
  const rule = adam({ learningRate: 0.002, epsilon: 1e-7, weightDecay: 0.03 });
  has(
    { rule },
    {
      learningRate: f32(0.002),
      weightDecay: f32(0.03),
      decoupledDecay: 0,
      rate1: f32(1 - 0.9),
      rate2: f32(1 - 0.999),
      beta2: f32(0.999),
      logBeta1: f32(Math.log(0.9)),
      logBeta2: f32(Math.log(0.999)),
      epsilon: f32(1e-7),
      momentum: 0,
    },
  );
});

clock('AdamW’s decay is decoupled', () => {
  has({ rule: adamw() }, { weightDecay: 0, decoupledDecay: f32(0.01) });
});

clock('Adam’s bias correction is that of the step about to be made', () => {
  const rule = adam({ learningRate: 0.002 });
  // 1 − β₁ = 0.1, 1 − β₂ = 0.001.
  has({ rule, step: 0 }, { stepSize: f32(0.02), rootScale: f32(1 / Math.sqrt(0.001)) });
  // 1 − 0.81 = 0.19, 1 − 0.998001 = 0.001999.
  has({ rule, step: 1 }, { stepSize: f32(0.002 / 0.19), rootScale: f32(1 / Math.sqrt(0.001999)) });
  has({ rule, step: 1e6 }, { stepSize: f32(0.002), rootScale: 1 });
});

clock('a beta of 0 has a logarithm that float32 can hold', () => {
  const rule = adam({ learningRate: 0.5, betas: [0, 0] });
  has(
    { rule, step: 0 },
    { logBeta1: f32(-1e30), logBeta2: f32(-1e30), stepSize: 0.5, rootScale: 1 },
  );
});

clock.run();
