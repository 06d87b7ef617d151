import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInGarments } from '../../src/data/garments.ts';
import { DataError } from '../../src/errors.ts';
import { adam, adamw, sgd } from '../../src/nn/optimizers.ts';
import type { OptimizerRule } from '../../src/ops/update.ts';
import { BOUNDS } from '../../src/parity/judge.ts';
import { type ParityResult, runParity } from '../../src/parity/run.ts';
import type { Trace } from '../../src/parity/trace.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { makeTrace, type TraceConfig } from './make-trace.ts';

const PLANS = thoroughly(['plain', 'fused'] as const, (plan) => plan === 'fused');
const DATASET = builtInGarments({ train: 300, test: 100 });

const BASE: TraceConfig = {
  layers: [784, 12, 10],
  loss: 'cross_entropy',
  optimizer: { type: 'sgd', lr: 0.1 },
  batch: 16,
  steps: 6,
};

/** The optimizer as the trace's JSON has it, and as it must be understood. */
const CASES: readonly (readonly [string, Partial<TraceConfig>, OptimizerRule])[] = [
  ['SGD and cross-entropy', {}, sgd({ learningRate: 0.1 })],
  [
    'SGD with momentum, dampening and weight decay',
    { optimizer: { type: 'sgd', lr: 0.05, momentum: 0.9, dampening: 0.4, weight_decay: 0.02 } },
    sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.4, weightDecay: 0.02 }),
  ],
  [
    'nesterov was given',
    { optimizer: { type: 'sgd', lr: 0.05, momentum: 0.8, nesterov: true, weight_decay: 0.01 } },
    sgd({ learningRate: 0.05, momentum: 0.8, nesterov: true, weightDecay: 0.01 }),
  ],
  ['Adam with defaults', { optimizer: { type: 'adam' } }, adam()],
  [
    'Adam with betas, epsilon and weight decay of its own',
    { optimizer: { type: 'adam', lr: 0.004, betas: [0.6, 0.93], eps: 1e-4, weight_decay: 0.03 } },
    adam({ learningRate: 0.004, betas: [0.6, 0.93], epsilon: 1e-4, weightDecay: 0.03 }),
  ],
  [
    'AdamW with its default decay',
    { optimizer: { type: 'adamw', lr: 0.01 } },
    adamw({ learningRate: 0.01 }),
  ],
  [
    'AdamW with a decay of its own',
    { optimizer: { type: 'adamw', lr: 0.01, weight_decay: 0.3 } },
    adamw({ learningRate: 0.01, weightDecay: 0.3 }),
  ],
  ['sigmoid', { act: 'sigmoid' }, sgd({ learningRate: 0.1 })],
  [
    'tanh, sigmoid at the end, mean squared error',
    { act: 'tanh', out_act: 'sigmoid', loss: 'mse' },
    sgd({ learningRate: 0.1 }),
  ],
  [
    'an autoencoder, normalised',
    { layers: [784, 9, 784], loss: 'mse', target: 'input', normalize: [0.25, 0.4] },
    sgd({ learningRate: 0.1 }),
  ],
  ['normalised pixels', { normalize: [0.286, 0.353] }, sgd({ learningRate: 0.1 })],
  ['batches of 7', { batch: 7, steps: 8 }, sgd({ learningRate: 0.1 })],
  ['three hidden layers', { layers: [784, 14, 11, 9, 10] }, sgd({ learningRate: 0.1 })],
];

const traceOf = (name: string, config: Partial<TraceConfig>, rule: OptimizerRule): Trace =>
  makeTrace(name, { ...BASE, ...config }, rule, DATASET);

const describe = (result: ParityResult): string => JSON.stringify(result, null, 1);

for (const [name, config, rule] of CASES) {
  test(`${name}: the run is repeated within the bounds under both plans`, () =>
    withSharedEngine(async (engine) => {
      const trace = traceOf(name, config, rule);
      assert.equal(trace.optimizer, rule);
      for (const plan of PLANS) {
        const result = await runParity(engine, trace, DATASET, plan);
        assert.ok(result.ok, describe(result));
        assert.is(result.name, name);
        assert.ok(result.gradient.ours > 0 && result.gradient.ours <= BOUNDS.gradient);
        assert.is(result.distances.earlyLoss.ours, result.lossError, 'all steps are early ones');
        // Not judged by `ok`, where runs are long. After so few steps they have not parted yet.
        assert.ok(result.distances.final.ours <= 1e-4, describe(result));
        assert.is(result.testLossExpected, trace.testLoss);
        assert.is(result.testAccuracy, trace.testAccuracy);
      }
    }));
}

/** Runs a trace of Adam with something in it changed. */
async function judged(
  change: (trace: Trace) => Partial<Trace>,
  plans: readonly (typeof PLANS)[number][] = PLANS,
): Promise<ParityResult[]> {
  const optimizer = { type: 'adam', lr: 0.01, eps: 1e-8 };
  const trace = traceOf('changed', { optimizer }, adam({ learningRate: 0.01, epsilon: 1e-8 }));
  const results: ParityResult[] = [];
  await withSharedEngine(async (engine) => {
    for (const plan of plans) {
      results.push(await runParity(engine, { ...trace, ...change(trace) }, DATASET, plan));
    }
  });
  return results;
}

test('unchanged, the trace that the following change is right', async () => {
  for (const result of await judged(() => ({}))) assert.ok(result.ok, describe(result));
});

const WRONG: readonly (readonly [string, (trace: Trace) => Partial<Trace>])[] = [
  [
    'one gradient of one tensor',
    ({ gradients }) => {
      const wrong = new Map(gradients);
      const bias = Float32Array.from(gradients.get('2.bias') ?? []);
      bias[3] *= 1.001;
      return { gradients: wrong.set('2.bias', bias) };
    },
  ],
  [
    'a gradient that is not a number',
    ({ gradients }) => {
      const bias = Float32Array.from(gradients.get('0.bias') ?? []).fill(NaN);
      return { gradients: new Map(gradients).set('0.bias', bias) };
    },
  ],
  [
    'the last loss',
    ({ losses }) => ({ losses: losses.with(-1, losses[losses.length - 1] * 1.0003) }),
  ],
  ['a loss that is not a number', ({ losses }) => ({ losses: losses.with(2, NaN) })],
  ['the first loss', ({ losses }) => ({ losses: losses.with(0, losses[0] * 0.9997) })],
  ['the order of the samples', ({ indices }) => ({ indices: shifted(indices) })],
  ['one sample of the last batch', ({ indices }) => ({ indices: indices.with(-1, 0) })],
  ['epsilon', ({ optimizer }) => ({ optimizer: { ...optimizer, epsilon: 1e-3 } as OptimizerRule })],
  ['the rate', ({ optimizer }) => ({ optimizer: { ...optimizer, learningRate: 0.0101 } })],
  [
    'the betas',
    ({ optimizer }) => ({ optimizer: { ...optimizer, betas: [0.8, 0.99] } as OptimizerRule }),
  ],
  [
    'one initial weight',
    ({ initial }) => {
      const weight = Float32Array.from(initial.get('0.weight') ?? []);
      weight[784 * 5 + 400] += 0.01;
      return { initial: new Map(initial).set('0.weight', weight) };
    },
  ],
  ['the test loss', ({ testLoss }) => ({ testLoss: (testLoss ?? 0) * 1.011 })],
  ['the test accuracy', ({ testAccuracy }) => ({ testAccuracy: (testAccuracy ?? 0) + 0.01 })],
];

/** Each batch's samples one step later, the last batch's first. */
function shifted(indices: Uint32Array): Uint32Array {
  const { batch } = BASE;
  return Uint32Array.from(indices, (_, i) => indices[(i + batch) % indices.length]);
}

for (const [what, change] of WRONG) {
  test(`${what} being wrong does not pass`, async () => {
    for (const result of await judged(change, ['fused']))
      assert.not.ok(result.ok, describe(result));
  });
}

/** A trace with a float64 run, whose float32 run is off by some shares. */
const withFloat64 =
  (off: { readonly losses?: number; readonly exact?: number; readonly final?: number }) =>
  ({ losses, testLoss }: Trace): Partial<Trace> => ({
    losses: losses.map((loss) => loss * (1 + (off.losses ?? 0))),
    float64: {
      losses: losses.map((loss) => loss * (1 + (off.exact ?? 0))),
      testLoss,
      finalDistance: off.final ?? 1e-7,
    },
  });

test('a run near float64 passes, however far PyTorch’s float32 run is from it', async () => {
  for (const result of await judged(withFloat64({ losses: 0.01 }), ['fused'])) {
    assert.ok(result.ok, describe(result));
    const { ours, theirs, bound } = result.distances.earlyLoss;
    assert.ok(ours < 1e-5 && Number(theirs) > 0.009 && bound > 0.036, describe(result));
  }
});

test('a run that is farther from float64 than PyTorch’s float32 run does not pass', async () => {
  for (const result of await judged(withFloat64({ losses: 3e-5, exact: 3e-5 }), ['fused'])) {
    assert.not.ok(result.ok, describe(result));
  }
});

test('gradients near float64 pass if PyTorch’s are a little further from it, but not if they are other ones', async () => {
  const off = (by: number) => (trace: Trace) => ({
    ...withFloat64({})(trace),
    gradients: new Map(
      [...trace.gradients].map(([name, values]) => [name, values.map((x) => x * (1 + by))]),
    ),
  });
  for (const result of await judged(off(2e-5), ['fused'])) {
    assert.ok(result.ok, describe(result));
    assert.ok(result.gradient.ours < 1e-5 && Number(result.gradient.theirs) > 1.9e-5);
  }
  for (const result of await judged(off(2e-4), ['fused'])) {
    assert.not.ok(result.ok, describe(result));
  }
});

test('final weights that are farther off than PyTorch’s do not pass', async () => {
  const change = (trace: Trace): Partial<Trace> => {
    const weight = Float32Array.from(trace.final.get('2.weight') ?? [], (x) => 1.0001 * x);
    return { ...withFloat64({})(trace), final: new Map(trace.final).set('2.weight', weight) };
  };
  for (const result of await judged(change, ['fused'])) assert.not.ok(result.ok, describe(result));
});

test('a trace of images that the data set has not is refused', () =>
  withSharedEngine(async (engine) => {
    const trace = traceOf('beyond', {}, sgd({ learningRate: 0.1 }));
    const beyond = { ...trace, indices: trace.indices.with(7, 300) };
    await rejects(
      runParity(engine, beyond, DATASET, 'fused'),
      DataError,
      'training image 300',
      'has 300',
    );
  }));

test.run();
