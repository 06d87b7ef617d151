import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../src/gpu/engine.ts';
import { clipNorm, clipValue } from '../../src/nn/clip.ts';
import { mlp } from '../../src/nn/mlp.ts';
import {
  adagrad,
  adam,
  adamw,
  inGroups,
  lion,
  nadam,
  rmsprop,
  sgd,
} from '../../src/nn/optimizers.ts';
import { cosineRate, warmup } from '../../src/nn/schedules.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { inLongRun, THOROUGH, thoroughly } from '../run/thorough.ts';
import {
  cropped,
  firstOf,
  type ImageOptions,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';
import { ReferenceTrainer } from './reference.ts';

/** Portable kernels alone and fused; other families are held against them over 100 steps below. */
const PLANS: readonly (readonly [string, Partial<ImageOptions>])[] = [
  ['plain', { plan: 'plain' }],
  ['fused', { plan: 'fused', family: 'portable' }],
];

/** Of what differs from other tests in options alone; test/verify holds the plain plan's kernels. */
const BRIEF = THOROUGH ? PLANS : PLANS.slice(1);

interface Run {
  readonly losses: readonly number[];
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
}

async function onGpu(engine: Engine, options: ImageOptions, steps: number): Promise<Run> {
  return withTrainer(engine, options, async (trainer) => {
    const losses = await trainer.steps(steps);
    const parameters = await trainer.parameters();
    return {
      losses,
      parameters: new Map([...parameters].map(([name, { data }]) => [name, data])),
    };
  });
}

function onCpu(options: ImageOptions, steps: number): Run & { initial: Run['parameters'] } {
  const reference = new ReferenceTrainer(options);
  const initial = reference.parameters();
  const losses = Array.from({ length: steps }, () => reference.train());
  return { initial, losses, parameters: reference.parameters() };
}

/** The farthest ‖a − b‖ / ‖b − origin‖ of all tensors: the difference as a share of what was learnt. */
function distance(a: Run['parameters'], b: Run['parameters'], origin: Run['parameters']): number {
  let most = 0;
  for (const [name, expected] of b) {
    const got = a.get(name) ?? [];
    const start = origin.get(name) ?? [];
    let off = 0;
    let moved = 0;
    for (let i = 0; i < expected.length; i++) {
      off += (got[i] - expected[i]) ** 2;
      moved += (expected[i] - start[i]) ** 2;
    }
    const share = Math.sqrt(off / moved);
    most = Math.max(most, Number.isNaN(share) ? Infinity : share);
  }
  return most;
}

/**
 * Trains with all plans on the GPU and in float64, and compares every loss and what was learnt.
 *
 * A step rounds each weight, by at most 2⁻²⁴ of it, and each gradient, whose longest sum here has 784
 * terms, norm-wise by less than 1e-5 (see BOUNDS in src/parity/run.ts). A step moves a weight by a
 * hundredth of it or less, so the first rounding is 1e-5 of the way too; 1e-4 leaves room for both
 * and for what early steps pass on (SwiftShader: 3e-5 at most). A loss is a mean of log-sums, each
 * wrong by a few roundings: 2e-6 (SwiftShader: 3e-7).
 */
async function compare(
  options: ImageOptions,
  steps: number,
  { learnt = 1e-4, loss = 2e-6, plans = PLANS } = {},
): Promise<void> {
  const expected = onCpu(options, steps);
  assert.is(expected.losses.length, steps);
  await withSharedEngine(async (engine) => {
    const runs = new Map<string, Run>();
    for (const [name, plan] of plans) {
      runs.set(name, await onGpu(engine, { ...options, ...plan }, steps));
    }
    for (const [plan, { losses, parameters }] of runs) {
      losses.forEach((got, i) => {
        const off = Math.abs(got / expected.losses[i] - 1);
        assert.ok(off <= loss, `${plan}, step ${i}: loss ${got}, not ${expected.losses[i]}`);
      });
      const off = distance(parameters, expected.parameters, expected.initial);
      assert.ok(off <= learnt, `${plan}: off by ${off} of what was learnt, allowed is ${learnt}`);
    }
    const [plain, ...fused] = [...runs.values()];
    for (const { parameters } of fused) {
      const off = distance(parameters, plain.parameters, expected.initial);
      assert.ok(off <= learnt, `the plans are ${off} of what was learnt apart`);
    }
  });
}

test('25 steps of SGD, dropout and partial batches among them, follow the float64 reference', () =>
  // 700 / 32: step 21 is a batch of 28, and the epoch changes behind it.
  compare(small({ optimizer: sgd({ learningRate: 0.1 }) }), 25));

inLongRun(test)('100 steps of the adapter’s own kernels stay with the plain plan', () =>
  withSharedEngine(async (engine) => {
    const options = small({ optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }) });
    const plain = await onGpu(engine, { ...options, plan: 'plain' }, 100);
    for (const family of ['portable', engine.family] as const) {
      const { losses } = await onGpu(engine, { ...options, family }, 100);
      losses.forEach((loss, i) => {
        const off = Math.abs(loss / plain.losses[i] - 1);
        assert.ok(off <= 1e-5, `${family}, step ${i}: ${loss}, not ${plain.losses[i]}`);
      });
    }
  }, {}),
);

test('a last batch that is not full is trained on, and its mean is over its own rows', async () => {
  const options = small({
    dataset: firstOf(smallGarments(), 50, 10),
    optimizer: sgd({ learningRate: 0.1 }),
  });
  assert.equal(new ReferenceTrainer(options).indicesOf(1).length, 18);
  await compare(options, 2);
  await compare({ ...options, loss: 'mse' }, 6);
});

test('an epoch record is the mean over the samples, each counted once', () =>
  withSharedEngine(async (engine) => {
    const options = small({ dataset: firstOf(smallGarments(), 50, 10) });
    const reference = new ReferenceTrainer(options);
    // Not the mean of the two batches' means: they have 32 and 18 rows.
    const mean = (32 * reference.train() + 18 * reference.train()) / 50;
    await withTrainer(engine, options, async (trainer) => {
      const [{ train, test: tested }] = await trainer.fit({ epochs: 1 });
      assert.ok(Math.abs(train.loss / mean - 1) <= 2e-6, `${train.loss}, not ${mean}`);
      const { loss, hits } = reference.evaluate('test');
      assert.ok(Math.abs((tested?.loss ?? NaN) / loss - 1) <= 2e-6);
      assert.is(tested?.accuracy, (hits ?? NaN) / 10);
    });
  }));

test('a batch as large as the data set is an epoch of one step', () =>
  compare(small({ dataset: firstOf(smallGarments(), 37, 10), batchSize: 37 }), 4, {
    plans: BRIEF,
  }));

inLongRun(test)('one sample more than a batch is an epoch of two steps', () =>
  compare(small({ dataset: firstOf(smallGarments(), 33, 10) }), 3, { plans: BRIEF }),
);

for (const data of ['resident', 'streamed'] as const) {
  test(`images that are higher than wide, as many columns as rows of a batch (${data})`, () =>
    compare(
      small({
        dataset: firstOf(cropped(smallGarments(), 5, 3), 40, 10),
        model: mlp([5, 3], [15, 15, 15, 10], { activation: 'tanh' }),
        batchSize: 15,
        optimizer: sgd({ learningRate: 0.1 }),
        data,
      }),
      4,
      { plans: BRIEF },
    ));
}

test('a batch of one sample is trained on', () =>
  compare(small({ dataset: firstOf(smallGarments(), 5, 10), batchSize: 1 }), 7, { plans: BRIEF }));

/**
 * Adam divides a gradient by its own size: where a gradient is a difference of rounding errors, so is
 * the whole step of its weight.
 */
const ADAM = { learnt: 5e-4 };

const OPTIMIZERS = [
  [
    'SGD with momentum, dampening and weight decay',
    sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.3, weightDecay: 1e-2 }),
    {},
  ],
  ['Nesterov momentum', sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }), {}],
  ['Adam', adam(), ADAM],
  [
    'Adam with weight decay and betas of its own',
    adam({ betas: [0.7, 0.95], epsilon: 1e-5, weightDecay: 1e-2 }),
    ADAM,
  ],
  ['AdamW', adamw({ weightDecay: 0.1 }), ADAM],
  ['AMSGrad', adam({ amsgrad: true }), ADAM],
  ['NAdam', nadam({ momentumDecay: 0.1 }), ADAM],
  ['RMSprop', rmsprop({ learningRate: 1e-3, weightDecay: 1e-2, epsilon: 1e-4 }), ADAM],
  [
    'centered RMSprop with momentum',
    rmsprop({ learningRate: 1e-3, centered: true, momentum: 0.5, epsilon: 1e-2 }),
    ADAM,
  ],
  ['Adagrad', adagrad({ learningRateDecay: 0.1, initialAccumulatorValue: 0.1 }), {}],
  ['Lion', lion({ weightDecay: 0.1 }), { learnt: 0.05 }],
] as const;

// The others' rules are in `verify`, too.
const USUAL = ['Adam'];

for (const [name, optimizer, bounds] of thoroughly(OPTIMIZERS, ([own]) => USUAL.includes(own))) {
  test(`12 steps of ${name} follow the float64 reference`, () =>
    compare(small({ optimizer, batchSize: 100 }), 12, { ...bounds, plans: BRIEF }));
}

for (const optimizer of thoroughly(
  [sgd({ learningRate: 0.1 }), adam(), nadam()],
  ({ kind }) => kind === 'nadam',
)) {
  test(`12 steps of ${optimizer.kind} with a schedule follow the float64 reference`, () => {
    const schedule = warmup(5, cosineRate({ totalSteps: 7, endFactor: 0.1 }));
    const bounds = optimizer.kind === 'sgd' ? {} : ADAM;
    return compare(small({ optimizer, schedule, batchSize: 100 }), 12, { ...bounds, plans: BRIEF });
  });
}

for (const optimizer of thoroughly(
  [sgd({ learningRate: 0.1, weightDecay: 0.1 }), adamw({ weightDecay: 0.1 }), nadam()],
  ({ kind }) => kind === 'adamw',
)) {
  test(`12 steps of ${optimizer.kind} with groups of parameters follow the float64 reference`, () => {
    const groups = (name: string) =>
      name.endsWith('bias')
        ? { weightDecay: 0 }
        : name === '1.weight'
          ? { rateFactor: 0.5 }
          : undefined;
    const bounds = optimizer.kind === 'sgd' ? {} : ADAM;
    return compare(small({ optimizer: inGroups(optimizer, groups), batchSize: 100 }), 12, {
      ...bounds,
      plans: BRIEF,
    });
  });
}

for (const clip of thoroughly([clipNorm(0.5), clipValue(0.01)], ({ kind }) => kind === 'norm')) {
  for (const optimizer of thoroughly(
    [sgd({ learningRate: 0.1 }), adam()],
    ({ kind }) => kind === 'adam',
  )) {
    test(`25 steps of ${optimizer.kind}, clipped by ${clip.kind}, follow the float64 reference`, () =>
      compare(small({ optimizer, clip }), 25, optimizer.kind === 'sgd' ? {} : ADAM));
  }
}

if (THOROUGH) {
  test('normalised pixels follow the float64 reference', () =>
    compare(small({ normalize: [0.286, 0.353], optimizer: sgd({ learningRate: 0.05 }) }), 12));
}

inLongRun(test)('tanh and sigmoid with mean squared error follow the float64 reference', () =>
  compare(
    small({
      model: mlp([28, 28], [784, 20, 10], {
        activation: 'tanh',
        outputActivation: 'sigmoid',
        dropout: 0.5,
      }),
      loss: 'mse',
      optimizer: sgd({ learningRate: 0.5 }),
    }),
    12,
    { plans: BRIEF },
  ),
);

test('an autoencoder learns its own images, normalised input included', () =>
  compare(
    small({
      model: mlp([28, 28], [784, 17, 784], { outputActivation: 'sigmoid' }),
      loss: 'mse',
      target: 'input',
      normalize: [0.286, 0.353],
      optimizer: sgd({ learningRate: 2, momentum: 0.5 }),
    }),
    12,
    { plans: BRIEF },
  ));

inLongRun(test)('another seed takes other weights, masks and batches, in the reference too', () =>
  compare(small({ seed: 2 ** 50 + 3, optimizer: sgd({ learningRate: 0.1 }) }), 3, {
    plans: BRIEF,
  }),
);

test.run();
