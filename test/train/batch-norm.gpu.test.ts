import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import { FAMILIES } from '../../src/gpu/family.ts';
import { Inference } from '../../src/infer/inference.ts';
import {
  type BatchNormOptions,
  batchNorm1d,
  batchNorm2d,
  flatten,
  linear,
  type Model,
  relu,
  residual,
  Sequential,
  tanh,
  unflatten,
} from '../../src/nn/layers.ts';
import { adam, averaged, sgd } from '../../src/nn/optimizers.ts';
import { relativeError } from '../../src/parity/distance.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { readWeights, weightsOf } from '../../src/train/weights.ts';
import { readByHand, writeByHand } from '../data/by-hand.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { NORM_RUNS, type NormRun } from '../pytorch/batch_norm.gen.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, fitted, outcomeOf, small, smallGarments, withTrainer } from './helpers.ts';

/** Two programs, one in float32 and one in float64. */
const CLOSE = 1e-5;

/** As test/pytorch/batch_norm.py has them. */
const [COUNT, BATCH, EPOCHS, TESTED] = [11, 4, 2, 5];

const inputsOf = (first: number, count: number, columns: number): Float32Array =>
  Float32Array.from(
    { length: count * columns },
    (_, i) => 2 * Math.sin(7 * (first * columns + i) + 1) + 0.5,
  );

function modelOf({ name, options }: NormRun): Model {
  if (name === 'batchNorm1d') {
    return new Sequential([6], [linear(6, 5), batchNorm1d(5, options), tanh(), linear(5, 3)]);
  }
  const layers = [unflatten([3, 2, 3]), batchNorm2d(3, options), tanh(), flatten(), linear(18, 3)];
  return new Sequential([18], layers);
}

/** The initial weights and statistics; the batches so far stay 0. */
function initialOf({ parameters }: Model): Map<string, Float32Array> {
  let at = 0;
  const found = new Map<string, Float32Array>();
  for (const { name, shape } of parameters) {
    if (name.endsWith('tracked')) continue;
    const shift = name.endsWith('running_var') ? 1 : 0;
    const size = shape.reduce((product, side) => product * side, 1);
    found.set(
      name,
      Float32Array.from({ length: size }, (_, i) => Math.sin(3 * (at + i) + 1) / 2 + shift),
    );
    at += size;
  }
  return found;
}

function near(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  assert.is(got.length, wanted.length, what);
  const error = relativeError(got, wanted);
  assert.ok(error <= CLOSE, `${what} is off by ${error}`);
}

for (const [i, run] of thoroughly([...NORM_RUNS.entries()], ([i]) => i % 2 === 0 || i === 1)) {
  const plans = i % 2 === 0 ? (['fused'] as const) : (['plain'] as const);
  for (const plan of thoroughly(['fused', 'plain'] as const, (one) =>
    plans.includes(one as never),
  )) {
    const title = `${run.name} ${JSON.stringify(run.options)}, ${plan}`;
    test(`${title}: steps, running statistics and evaluation are PyTorch's, partial batches included`, () =>
      withSharedEngine(async (engine) => {
        const model = modelOf(run);
        const [columns] = model.inputShape;
        const dataset = {
          train: {
            inputs: inputsOf(0, COUNT, columns),
            labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 3),
          },
        };
        const options = {
          model,
          dataset,
          loss: 'cross_entropy',
          optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
          batchSize: BATCH,
          order: { kind: 'sequential' },
          plan,
        } as const;
        await withTrainer(engine, options, async (trainer) => {
          trainer.load(initialOf(model));
          near(await trainer.steps(EPOCHS * Math.ceil(COUNT / BATCH)), run.losses, 'losses');
          const parameters = await trainer.parameters();
          assert.equal([...parameters.keys()].sort(), Object.keys(run.state).sort());
          for (const [name, { data }] of parameters) near(data, run.state[name], name);
          const tests = inputsOf(COUNT, TESTED, columns);
          const { trackRunningStats = true } = run.options as BatchNormOptions;
          if (!trackRunningStats) {
            await rejects(trainer.predict(tests), OptionError, 'has no running statistics');
            return;
          }
          near(await trainer.predict(tests), run.outputs, 'outputs');
          const inference = await trainer.inference({ batch: 3 });
          near(await inference.predict(tests), run.outputs, 'outputs of the inference');
          inference.destroy();
        });
      }));
  }
}

/** A residual net of features, and a norm of channels; 700 images are no multiple of 32. */
const NET = new Sequential(
  [28, 28],
  [
    batchNorm2d(1, { affine: false }),
    flatten(),
    linear(784, 16, { bias: false }),
    batchNorm1d(16, { momentum: 0.3 }),
    relu(),
    residual([linear(16, 16), batchNorm1d(16), relu()]),
    linear(16, 10),
  ],
);
const STATE = ['0', '3', '5.1'].flatMap((layer) =>
  ['running_mean', 'running_var', 'num_batches_tracked'].map((name) => `${layer}.${name}`),
);

for (const family of thoroughly(FAMILIES, (one) => one === 'portable')) {
  test(`${family}: a run with batch norms resumes bit-identically from a checkpoint, running statistics included`, () =>
    withSharedEngine(
      async (engine) => {
        const options = small({ model: NET, accumulate: 2 });
        const whole = await fitted(engine, options, { epochs: 2 });
        const bytes = await withTrainer(engine, options, async (trainer) => {
          await trainer.steps(9);
          return checkpointOf(trainer);
        });
        const resumed = await withTrainer(engine, options, async (trainer) => {
          await trainer.steps(3);
          restore(trainer, bytes);
          await trainer.fit({ epochs: 2 });
          return outcomeOf(trainer);
        });
        assertSame(resumed, whole);
      },
      { family, quick: true },
    ));
}

const numbersOf = (trainer: Trainer, names: readonly string[]): Promise<number[]> =>
  trainer
    .parameters()
    .then((all) => names.flatMap((name) => [...(all.get(name)?.data ?? [Number.NaN])]));

test('every batch updates the running statistics, also if the optimizer updates after several', () =>
  withSharedEngine(async (engine) => {
    const counts = STATE.filter((name) => name.endsWith('tracked'));
    const options = small({ model: NET, accumulate: 4, optimizer: sgd({ learningRate: 0.1 }) });
    await withTrainer(engine, options, async (trainer) => {
      const weights = await numbersOf(trainer, ['6.weight']);
      const before = await numbersOf(trainer, ['3.running_mean']);
      await trainer.steps(3);
      assert.equal(await numbersOf(trainer, ['6.weight']), weights);
      assert.not.equal(await numbersOf(trainer, ['3.running_mean']), before);
      assert.equal(await numbersOf(trainer, counts), [3, 3, 3]);
      await trainer.evaluate();
      assert.equal(await numbersOf(trainer, counts), [3, 3, 3]);
      trainer.reset();
      assert.equal(await numbersOf(trainer, counts), [0, 0, 0]);
      assert.equal(await numbersOf(trainer, ['3.running_mean']), before);
    });
  }));

test('restoreBest and snapshots bring the running statistics back', () =>
  withSharedEngine(async (engine) => {
    await withTrainer(engine, small({ model: NET }), async (trainer) => {
      await trainer.steps(5);
      const kept = await numbersOf(trainer, STATE);
      const snapshot = await trainer.snapshot();
      await trainer.steps(5);
      assert.not.equal(await numbersOf(trainer, STATE), kept);
      trainer.resume(snapshot);
      assert.equal(await numbersOf(trainer, STATE), kept);
    });
  }));

test('averaged weights are evaluated with the present running statistics, as AveragedModel’s', () =>
  withSharedEngine(async (engine) => {
    const options = small({ model: NET, optimizer: averaged(adam(), 0.5) });
    await withTrainer(engine, options, async (trainer) => {
      await trainer.steps(6);
      const averages = await trainer.averages();
      const parameters = await trainer.parameters();
      for (const name of STATE) assert.equal(averages.get(name), parameters.get(name), name);
      const { loss } = await trainer.evaluate('test', { weights: 'average' });
      await withTrainer(engine, small({ model: NET }), async (other) => {
        other.load(averages);
        assert.is((await other.evaluate()).loss, loss);
      });
    });
  }));

test('weights files have the running statistics by PyTorch’s names; integer counts and files without them are read', () =>
  withSharedEngine(async (engine) => {
    const { test: images } = smallGarments();
    await withTrainer(engine, small({ model: NET }), async (trainer) => {
      await trainer.steps(7);
      const answers = await trainer.predict(images);
      const file = readByHand(await weightsOf(trainer));
      assert.equal([...file.tensors.keys()].sort(), NET.parameters.map(({ name }) => name).sort());
      // As PyTorch writes them.
      const counted = [...file.tensors].map(([name, tensor]) =>
        name.endsWith('tracked')
          ? ([
              name,
              { dtype: 'I64', shape: [], bytes: new Uint8Array(BigInt64Array.of(7n).buffer) },
            ] as const)
          : ([name, tensor] as const),
      );
      const weights = readWeights(writeByHand({ ...file, tensors: new Map(counted) }), NET);
      assert.equal([...(weights.get('3.num_batches_tracked') ?? [])], [7]);
      const uncounted = counted.filter(([name]) => !name.endsWith('tracked'));
      const bare = readWeights(writeByHand({ ...file, tensors: new Map(uncounted) }), NET);
      assert.equal([...(bare.get('3.num_batches_tracked') ?? [])], [0]);
      const ignored = readWeights(writeByHand({ ...file, tensors: new Map(counted) }), NET, {
        ignore: '*.num_batches_tracked',
      });
      assert.equal(ignored, bare);
      const without = counted.filter(([name]) => name !== '3.running_var');
      assert.throws(
        () => readWeights(writeByHand({ ...file, tensors: new Map(without) }), NET),
        (error: unknown) => error instanceof DataError && /3\.running_var/.test(error.message),
      );
      const inference = await Inference.create(engine, { model: NET, batch: 64, weights });
      near(await inference.predict(images), answers, 'the answers');
      inference.destroy();
    });
  }));

test('a batch of one sample is refused, because its variance is 0', () =>
  withSharedEngine(async (engine) => {
    await rejects(
      (async () => withTrainer(engine, small({ model: NET, batchSize: 1 }), async () => {}))(),
      Error,
      'got one row for each channel',
    );
  }));

test('an inference of statistics that would be those of its batch is refused', () =>
  withSharedEngine(async (engine) => {
    const own = batchNorm1d(4, { affine: false, trackRunningStats: false });
    const model = new Sequential([4], [own, linear(4, 2)]);
    const refused = Inference.create(engine, { model, batch: 3 });
    await rejects(refused, OptionError, 'no running statistics');
    const { liveBytes } = engine.buffers;
    await rejects(Inference.create(engine, { model, batch: 3 }), OptionError);
    assert.is(engine.buffers.liveBytes, liveBytes, 'and leaves no memory behind');
  }));

test('a list of frozen names has no running statistics: they follow the batches', () =>
  withSharedEngine(async (engine) => {
    const [state] = NET.parameters.filter((one) => one.state);
    const frozen = [state.name];
    await rejects(
      withTrainer(engine, small({ model: NET, frozen }), async () => {}),
      OptionError,
      'frozen: true',
    );
    // A pattern stands for what is trained.
    const layer = '3.*';
    await withTrainer(engine, small({ model: NET, frozen: [layer] }), async (trainer) => {
      const before = await trainer.parameters();
      await trainer.steps(2);
      for (const [name, { data }] of await trainer.parameters()) {
        const same = data.every((value, i) => value === before.get(name)?.data[i]);
        if (NET.parameters.some((one) => one.name === name && one.state)) continue;
        assert.is(same, name.startsWith(layer.slice(0, -1)), name);
      }
    });
    await rejects(
      withTrainer(engine, small({ model: NET, frozen: ['none.*'] }), async () => {}),
      OptionError,
      'no "none.*"',
    );
  }));

test('frozen takes parameters; running statistics are no parameters to train', () =>
  withSharedEngine(async (engine) => {
    const frozen = (name: string): boolean => name.startsWith('3.');
    await withTrainer(engine, small({ model: NET, frozen }), async (trainer) => {
      const names = ['3.weight', '3.bias'];
      const before = await numbersOf(trainer, names);
      const mean = await numbersOf(trainer, ['3.running_mean']);
      await trainer.steps(2);
      assert.equal(await numbersOf(trainer, names), before);
      assert.not.equal(await numbersOf(trainer, ['3.running_mean']), mean);
    });
    const all = NET.parameters.flatMap(({ name, state }) => (state ? [] : [name]));
    await rejects(
      (async () => withTrainer(engine, small({ model: NET, frozen: all }), async () => {}))(),
      OptionError,
      'leave at least one to train',
    );
  }));

test.run();
