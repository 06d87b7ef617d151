import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adam, adamw, sgd } from '../../src/nn/optimizers.ts';
import type { OptimizerRule } from '../../src/ops/update.ts';
import { keyOf } from '../../src/random/domains.ts';
import { CLOCK_BYTES, type ClockStart, clockBytes } from '../../src/train/clock.ts';

const clock = suite('clock');

const START: ClockStart = { key: [1, 2], step: 0, samples: 60_000, batch: 100 };

// By hand, after the struct in shaders/step/clock_type.wgsl: a vec2u, then words of 4 bytes.
const WORDS = [
  ...['step', 'epoch', 'batch', 'count', 'rows', 'samples', 'batches', 'sideA', 'sideB'],
] as const;
const ORIGIN = ['originStep', 'originEpoch'] as const;

function read(start: ClockStart): Record<string, number> {
  const view = new DataView(clockBytes(start));
  return Object.fromEntries([
    ['seed0', view.getUint32(0, true)],
    ['seed1', view.getUint32(4, true)],
    ...WORDS.map((name, i) => [name, view.getUint32(8 + 4 * i, true)]),
    ...ORIGIN.map((name, i) => [name, view.getUint32(44 + 4 * i, true)]),
    ['learningRate', view.getFloat32(52, true)],
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

/** What the optimizer reads. */
function numbers(start: Partial<ClockStart>): number[] {
  const view = new DataView(clockBytes({ ...START, ...start }));
  return Array.from({ length: 16 }, (_, i) => view.getFloat32(56 + 4 * i, true));
}

clock('is 128 bytes: a pair, 11 integers, 18 reals, and what aligns it', () => {
  assert.is(CLOCK_BYTES, 128);
  assert.is(clockBytes(START).byteLength, 128);
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
  has({}, { learningRate: 0 });
  assert.equal(numbers({}), Array(16).fill(0));
});

clock('SGD’s options', () => {
  const rule = sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 });
  has({ rule }, { learningRate: f32(0.1) });
  assert.equal(numbers({ rule }).slice(0, 5), [f32(0.01), f32(0.9), 0, 1, 0]);
  const damped = sgd({ momentum: 0.5, dampening: 0.25 });
  assert.equal(numbers({ rule: damped }).slice(0, 4), [0, 0.5, 0.25, 0]);
});

clock('Adam’s options, each rounded once from float64', () => {
  const rule = adam({ learningRate: 0.002, epsilon: 1e-7, weightDecay: 0.03 });
  has({ rule }, { learningRate: f32(0.002) });
  const rates = [1 - 0.9, 1 - 0.999, 0.999].map(f32);
  const found = numbers({ rule });
  assert.equal(found.slice(0, 6), [f32(0.03), 0, ...rates, f32(1e-7)]);
  assert.equal(found.slice(8, 11), [f32(Math.log(0.9)), f32(Math.log(0.999)), 0]);
});

clock('AdamW’s decay is decoupled', () => {
  assert.equal(numbers({ rule: adamw() }).slice(0, 2), [0, f32(0.01)]);
});

/** Adam's corrections: the size of a step, and the scale of the root. */
const corrections = (rule: OptimizerRule, step: number) => numbers({ rule, step }).slice(6, 8);

clock('Adam’s bias correction is that of the step about to be made', () => {
  const rule = adam({ learningRate: 0.002 });
  // 1 − β₁ = 0.1, 1 − β₂ = 0.001.
  assert.equal(corrections(rule, 0), [f32(0.02), f32(1 / Math.sqrt(0.001))]);
  // 1 − 0.81 = 0.19, 1 − 0.998001 = 0.001999.
  assert.equal(corrections(rule, 1), [f32(0.002 / 0.19), f32(1 / Math.sqrt(0.001999))]);
  assert.equal(corrections(rule, 1e6), [f32(0.002), 1]);
});

clock('a beta of 0 has a logarithm that float32 can hold', () => {
  const rule = adam({ learningRate: 0.5, betas: [0, 0] });
  assert.equal(numbers({ rule }).slice(6), [0.5, 1, f32(-1e30), f32(-1e30), 0, 0, 0, 0, 0, 0]);
});

clock.run();
