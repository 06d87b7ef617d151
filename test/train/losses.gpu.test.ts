import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError, ShaderError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber, huberReference } from '../../src/nn/losses/huber.ts';
import { l1 } from '../../src/nn/losses/l1.ts';
import { pointwiseLoss } from '../../src/nn/losses/pointwise.ts';
import { smoothL1 } from '../../src/nn/losses/smooth-l1.ts';
import type { LossKind } from '../../src/nn/losses.ts';
import { adam, sgd } from '../../src/nn/optimizers.ts';
import type { Loss, LossAttributes } from '../../src/ops/loss.ts';
import { mse } from '../../src/ops/mean_squared_error.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { TrainerOptions } from '../../src/train/trainer.ts';
import { runTrial } from '../../src/verify/run-trial.ts';
import { stepTrial } from '../../src/verify/trials/step.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { thoroughly } from '../run/thorough.ts';
import { assertSame, bitsOf, fitted, outcomeOf, small, withTrainer } from './helpers.ts';

/** Huber's loss with delta 1, as an author writes it. */
const OWN = pointwiseLoss({
  name: 'myHuber',
  wgsl: `
    fn value(x: f32, t: f32) -> f32 {
      let d = abs(x - t); // the distance
      if (d <= 1.0) { return 0.5 * d * d; }
      return d - 0.5;
    }
    fn derivative(x: vec4f, t: vec4f) -> vec4f { return clamp(x - t, vec4f(-1.0), vec4f(1.0)); }`,
});

const numbers = (loss: Loss | LossKind, more: object = {}): TrainerOptions => ({
  model: new Sequential([3], [linear(3, 8), tanh(), linear(8, 2)]),
  dataset: {
    train: {
      inputs: Float32Array.from({ length: 69 }, (_, i) => Math.sin(i)),
      targets: Float32Array.from({ length: 46 }, (_, i) => (i % 3) / 2),
    },
  },
  loss,
  optimizer: sgd({ learningRate: 0.1 }),
  batchSize: 5,
  seed: 3,
  ...more,
});

for (const [name, value] of [
  ['mse', mse()],
  ['cross_entropy', crossEntropy()],
] as const) {
  test(`the loss '${name}' is the value of that name, bit for bit, also in checkpoints`, () =>
    withSharedEngine(async (engine) => {
      const one = await fitted(engine, small({ loss: name }), { epochs: 1 });
      const bytes = await withTrainer(engine, small({ loss: value }), async (trainer) => {
        await trainer.fit({ epochs: 1 });
        assertSame(await outcomeOf(trainer), one);
        return checkpointOf(trainer);
      });
      await withTrainer(engine, small({ loss: name }), async (trainer) => {
        restore(trainer, bytes);
        assert.equal(await bitsOf(trainer), one.bits);
      });
    }));
}

for (const family of thoroughly(['portable', 'quad', 'tiled'] as const, (one) => one !== 'tiled')) {
  // Each plan once.
  const short = family === 'portable' ? 'plain' : 'fused';
  for (const plan of thoroughly(['plain', 'fused'] as const, (one) => one === short)) {
    test(`a loss of one's own computes what its author wrote: ${family}, ${plan}`, () =>
      withSharedEngine(
        async (engine) => {
          const world = { batch: 7, samples: 23, step: 3, drop: 0, kind: 'tanh' } as const;
          for (const weighted of [false, true]) {
            const network = { ...world, widths: [6, 9, 3], weighted, loss: 'values' } as const;
            const trial = stepTrial({ ...network, own: ['own', OWN] }, ['SGD', sgd()]);
            const asHuber = (attributes: LossAttributes) => ({ ...attributes, loss: huber() });
            const { rows, gradient } = huberReference;
            const found = await runTrial(
              engine,
              {
                ...trial,
                references: {
                  lossRows: (node, inputs, at) =>
                    rows({ ...node, attributes: asHuber(node.attributes) } as never, inputs, at),
                  lossGradient: (node, inputs, at) =>
                    gradient(
                      { ...node, attributes: asHuber(node.attributes) } as never,
                      inputs,
                      at,
                    ),
                } as NonNullable<typeof trial.references>,
              },
              plan,
            );
            assert.ok(found.length > 3);
            for (const { tensor, share, first } of found) {
              assert.ok(share <= 1, `${tensor}: ${first}`);
            }
          }
        },
        { family, quick: true },
      ));
  }
}

test("the compiler's messages name the author's lines, and the engine continues", () =>
  withSharedEngine(async (engine) => {
    const faulty = (value: string, derivative = 'return 1.0;') =>
      numbers(
        pointwiseLoss({
          name: 'faulty',
          wgsl: `fn value(x: f32, t: f32) -> f32 {${value}}\nfn derivative(x: f32, t: f32) -> f32 {\n${derivative}}`,
        }),
      );
    const none = async (): Promise<void> => {};
    await rejects(
      withTrainer(engine, faulty('\n  let d = x - t;\n  return d * misspelt;'), none),
      ShaderError,
      'faulty_loss (given):3: ',
    );
    await rejects(
      withTrainer(engine, faulty('return x;', '// a comment\nreturn vec2f(x);'), none),
      ShaderError,
      'faulty_loss (given):4: ',
    );
    await fitted(engine, numbers(OWN), { epochs: 1 });
  }));

test('what lacks one of the functions is refused, with its line', () => {
  const one = 'fn value(x: f32, t: f32) -> f32 { return x - t; }';
  const two = one.replace('value', 'derivative');
  pointwiseLoss({ name: 'a b', wgsl: `${one}${two}` });
  const refused = (options: object, text: RegExp): void => {
    assert.throws(
      () => pointwiseLoss({ name: 'a', wgsl: `${one}${two}`, ...options }),
      (error: Error) => error instanceof OptionError && text.test(error.message),
      String(text),
    );
  };
  refused({ wgsl: one }, /declares value; it needs fn derivative\(x: f32, t: f32\) -> f32/);
  refused({ wgsl: `${one}\nfn derivative(x: f32) -> f32 { return x; }` }, /line 2 .* takes 2 f32/);
  refused({ wgsl: `${two}fn value(x: vec4f, t: f32) -> f32 { return t; }` }, /takes 2 f32/);
  refused({ wgsl: 'return 1.0;' }, /a_loss/);
  refused({ wgsl: 7 }, /7 was given/);
  refused({ derivative: 'return 1.0;' }, /no option "derivative"/);
  refused({ name: '1' }, /name "1" was given/);
  refused({ name: undefined }, /name undefined was given/);
});

const EVERY: readonly Loss[] = [
  l1(),
  huber({ delta: 0.5 }),
  smoothL1({ beta: 0.5 }),
  bceWithLogits(),
  bceWithLogits({ positiveWeights: [2, 0.5] }),
  OWN,
];

for (const loss of thoroughly(EVERY, (_, i) => i % 2 === 1)) {
  const name = `${loss.kind} ${Object.keys(loss).slice(1)}`;
  test(`${name}: a run learns, with weights of samples too, and continues bit-identically`, () =>
    withSharedEngine(async (engine) => {
      const weights = Float32Array.from({ length: 23 }, (_, i) => 0.5 + (i % 4));
      const options = numbers(loss);
      const { train } = options.dataset as { train: object };
      for (const dataset of [options.dataset, { train: { ...train, weights } }]) {
        const made = { ...options, dataset } as TrainerOptions;
        const whole = await withTrainer(engine, made, async (trainer) => {
          await trainer.fit({ epochs: 20 });
          const [first, last] = [0, 19].map((at) => trainer.history[at].train.loss);
          assert.ok(last < first, `from ${first} to ${last}`);
          return outcomeOf(trainer);
        });
        const bytes = await withTrainer(engine, made, async (trainer) => {
          await trainer.fit({ epochs: 7 });
          return checkpointOf(trainer);
        });
        const resumed = await withTrainer(engine, made, async (trainer) => {
          restore(trainer, bytes);
          await trainer.fit({ epochs: 13 });
          return outcomeOf(trainer);
        });
        assertSame(resumed, whole);
      }
    }));
}

test('a checkpoint of a loss with other options is refused, with both', () =>
  withSharedEngine(async (engine) => {
    const bytes = await withTrainer(engine, numbers(huber({ delta: 2 })), async (trainer) => {
      await trainer.fit({ epochs: 1 });
      return checkpointOf(trainer);
    });
    await withTrainer(engine, numbers(huber()), async (trainer) => {
      assert.throws(
        () => restore(trainer, bytes),
        /loss: huber \{"delta":2\}; this trainer has loss: huber \{"delta":1\}/,
      );
    });
  }));

/** Yes or no by one logit. */
const yesOrNo = (loss: Loss): TrainerOptions => ({
  model: new Sequential([1], [linear(1, 1)]),
  dataset: {
    train: {
      inputs: Float32Array.of(-2, -1, -0.5, 0.5, 1, 2),
      targets: Float32Array.of(0, 0, 0, 1, 1, 1),
    },
  },
  loss,
  optimizer: adam({ learningRate: 0.1 }),
  batchSize: 6,
});

test('predict gives the class and the probability of a logit, and so does an inference', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, yesOrNo(bceWithLogits()), async (trainer) => {
      await trainer.fit({ epochs: 50 });
      const inputs = Float32Array.of(-3, -0.4, 0.4, 3);
      const logits = await trainer.predict(inputs);
      const expected = logits.map((x) => 1 / (1 + Math.exp(-x)));
      assert.equal(await trainer.predict(inputs, { as: 'probability' }), expected);
      assert.equal(await trainer.predict(inputs, { as: 'class' }), Uint32Array.of(0, 0, 1, 1));
      const options = {
        model: trainer.options.model,
        batch: 4,
        weights: await trainer.parameters(),
      };
      const inference = await Inference.create(engine, { ...options, loss: bceWithLogits() });
      assert.equal(await inference.predict(inputs, { as: 'probability' }), expected);
      assert.equal(await inference.predict(inputs, { as: 'class' }), Uint32Array.of(0, 0, 1, 1));
      inference.destroy();
    }),
  ));

/** Two classes, of which one is rare. */
const rare = (loss: Loss | LossKind): TrainerOptions => ({
  model: new Sequential([1], [linear(1, 2)]),
  dataset: {
    train: {
      inputs: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
      labels: Uint8Array.from({ length: 40 }, (_, i) => Number(i % 10 === 0)),
    },
  },
  loss,
  optimizer: sgd({ learningRate: 0.5 }),
  batchSize: 16,
});

test('equal class weights change nothing but rounding; a weight of a rare class raises its share', () =>
  withSharedEngine(async (engine: Engine) => {
    const shareOf = (loss: Loss | LossKind): Promise<{ loss: number; share: number }> =>
      withTrainer(engine, rare(loss), async (trainer) => {
        await trainer.fit({ epochs: 20 });
        const chance = await trainer.predict(Float32Array.of(0), { as: 'probability' });
        return { loss: trainer.history[19].train.loss, share: chance[1] };
      });
    const plain = await shareOf('cross_entropy');
    const equal = await shareOf(crossEntropy({ classWeights: [3, 3] }));
    assert.ok(Math.abs(plain.loss - equal.loss) < 1e-5, `${plain.loss} and ${equal.loss}`);
    assert.ok(Math.abs(plain.share - equal.share) < 1e-5);
    const raised = await shareOf(crossEntropy({ classWeights: [1, 9] }));
    // One in ten, with nine times the weight of the others.
    assert.ok(plain.share < 0.25 && raised.share > 0.35, `${plain.share} and ${raised.share}`);
  }));

test('a loss that does not suit the model or the data is refused', () =>
  withSharedEngine(async (engine) => {
    const refused = (options: TrainerOptions, text: string): Promise<void> =>
      rejects(
        withTrainer(engine, options, async () => {}),
        OptionError,
        text,
      );
    await refused(
      numbers(crossEntropy({ labelSmoothing: 0.1 })),
      "loss 'cross_entropy' was given with target 'value'; use 'mse', or give classes",
    );
    await refused(
      rare(crossEntropy({ classWeights: [1, 2, 3] })),
      'classWeights has 3 numbers; the model has 2 outputs',
    );
    await refused(
      numbers(bceWithLogits({ positiveWeights: [1] })),
      'positiveWeights has 1 numbers; the model has 2 outputs',
    );
    await refused(numbers({ ...huber(), delta: 3 } as Loss), 'loss { kind, delta } was given');
    await refused(numbers('huber' as LossKind), 'loss "huber" was given');
  }));

test.run();
