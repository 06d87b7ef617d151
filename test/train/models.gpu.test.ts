import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Inference } from '../../src/infer/inference.ts';
import {
  concat,
  dropout,
  gelu,
  layerNorm,
  linear,
  type Model,
  model,
  named,
  relu,
  residual,
  rmsNorm,
  Sequential,
  sequential,
  softmax,
  tanh,
} from '../../src/nn/index.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { TrainerOptions } from '../../src/train/trainer.ts';
import { readWeights, weightsOf } from '../../src/train/weights.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, outcomeOf, withTrainer } from './helpers.ts';

const models = suite('training of models');

const inputs = Float32Array.from({ length: 5 * 83 }, (_, i) => Math.sin(i * i));
const labels = Uint8Array.from({ length: 83 }, (_, i) => Number(inputs[5 * i] > inputs[5 * i + 1]));

/** A skip, branches, norms, a shared layer, nested names. */
const everything = (): Model =>
  model([5], (x) => {
    const shared = named('shared', linear(9, 9));
    const h = x.pipe(linear(5, 9), layerNorm(9), tanh(), shared, gelu(), shared, dropout(0.1));
    const block = residual([rmsNorm(9), linear(9, 9), relu()]);
    const wide = concat([h.pipe(block), x, h.pipe(softmax())]);
    return wide.pipe(sequential([linear(23, 8), relu()]), linear(8, 2));
  });

const options = (given: Partial<TrainerOptions> = {}): TrainerOptions => ({
  model: everything(),
  dataset: { train: { inputs, labels }, test: { inputs, labels } },
  loss: 'cross_entropy',
  optimizer: adam({ learningRate: 0.01 }),
  batchSize: 12,
  seed: 3,
  ...given,
});

models(
  'a model with branches, norms and a shared layer learns; its weights go to files and inferences',
  () =>
    withSharedEngine((engine) =>
      withTrainer(engine, options(), async (trainer) => {
        const [first] = await trainer.fit({ epochs: 1 });
        await trainer.fit({ epochs: 14 });
        const { accuracy, loss } = await trainer.evaluate();
        assert.ok(loss < 0.6 * first.train.loss && Number(accuracy) > 0.85, `${loss} ${accuracy}`);
        const weights = readWeights(await weightsOf(trainer), everything());
        assert.ok(
          weights.has('shared.weight') && weights.has('8.0.weight'),
          [...weights.keys()].join(),
        );
        const inference = await Inference.create(engine, {
          model: everything(),
          batch: 7,
          weights,
        });
        assert.equal(await inference.predict(inputs), await trainer.predict(inputs));
        inference.destroy();
      }),
    ),
);

models('both plans agree', () =>
  withSharedEngine(async (engine) => {
    const losses: number[] = [];
    for (const plan of ['plain', 'fused'] as const) {
      await withTrainer(engine, options({ plan }), async (trainer) => {
        await trainer.fit({ epochs: 2 });
        losses.push(...trainer.history.map(({ train }) => train.loss));
      });
    }
    const [a, b, c, d] = losses;
    assert.ok(Math.abs(a - c) < 1e-5 && Math.abs(b - d) < 1e-4, losses.join());
  }),
);

models('a run resumes from its checkpoint bit for bit, and from no other model’s', () =>
  withSharedEngine(async (engine) => {
    const whole = await withTrainer(engine, options(), async (trainer) => {
      await trainer.fit({ epochs: 3 });
      return outcomeOf(trainer);
    });
    const bytes = await withTrainer(engine, options(), async (trainer) => {
      await trainer.fit({ epochs: 1 });
      await trainer.steps(3);
      return checkpointOf(trainer);
    });
    await withTrainer(engine, options(), async (trainer) => {
      restore(trainer, bytes);
      await trainer.fit({ epochs: 2 });
      assertSame(await outcomeOf(trainer), whole);
    });
    const other = new Sequential([5], [linear(5, 2)]);
    await withTrainer(engine, options({ model: other }), async (trainer) => {
      assert.throws(
        () => restore(trainer, bytes),
        /the checkpoint is of a run with model: 5, model\(/,
      );
    });
  }),
);

models('inner layers are frozen by their names', () =>
  withSharedEngine(async (engine) => {
    const frozen = (name: string): boolean => !name.startsWith('shared');
    await withTrainer(engine, options({ frozen }), async (trainer) => {
      const before = await trainer.parameters();
      await trainer.fit({ epochs: 1 });
      for (const [name, { data }] of await trainer.parameters()) {
        const same = data.join() === before.get(name)?.data.join();
        assert.is(same, frozen(name), name);
      }
    });
  }),
);

models.run();
