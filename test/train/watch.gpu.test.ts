import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NonFiniteError } from '../../src/errors.ts';
import { parameterLayout } from '../../src/nn/layers.ts';
import { initialize } from '../../src/nn/model.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { keyOf } from '../../src/random/domains.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { FitOptions, Trainer } from '../../src/train/trainer.ts';
import { rejection, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, bitsOf, fitted, outcomeOf, small, withTrainer } from './helpers.ts';

async function found(trainer: Trainer, options: FitOptions): Promise<NonFiniteError> {
  const error = await rejection(trainer.fit(options));
  assert.instance(error, NonFiniteError, String(error));
  return error as NonFiniteError;
}

/** Sets weights that are right but for one, which load() would refuse. */
function spoilt(trainer: Trainer, name: string, value: number): void {
  const shape = trainer.shapes.get(name) ?? [];
  const values = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.01);
  values[values.length >> 1] = value;
  trainer.store.write(name, parameterLayout(shape, values, 'into storage'));
}

test('a run that stays finite is the same run, watched or not', () =>
  withSharedEngine(async (engine) => {
    const plain = await fitted(engine, small(), { epochs: 2 });
    assertSame(await fitted(engine, small(), { epochs: 2, watch: true }), plain);
  }));

test('a loss that is not finite ends the run, and its step is told', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ optimizer: sgd({ learningRate: 0.1 }) }), async (trainer) => {
      await trainer.fit({ epochs: 1 });
      spoilt(trainer, '7.bias', Infinity);
      const error = await found(trainer, { epochs: 1 });
      assert.is(error.step, 22);
      assert.match(error.message, 'watch: true');
      assert.is(trainer.history.length, 1);
      // With weights that are right the trainer goes on.
      trainer.load(initialize(trainer.options.model, keyOf(3)));
      await trainer.fit({ epochs: 1 });
      assert.is(trainer.history.length, 2);
    }),
  ));

test('the first tensor is found, and the run stands before its step', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      // In the second layer, behind one that stays finite.
      spoilt(trainer, '4.bias', Infinity);
      const before = await bitsOf(trainer);
      const error = await found(trainer, { epochs: 1, watch: true });
      assert.is(error.step, 0);
      assert.match(String(error.tensor), /^addBias$/);
      assert.is(trainer.step, 0);
      assert.equal(await bitsOf(trainer), before);
    }),
  ));

test('an update that runs away is found in the middle of an epoch, and the state before it can be kept', () =>
  withSharedEngine(async (engine) => {
    const options = small({ optimizer: sgd({ learningRate: 1e6 }), loss: 'mse' });
    await withTrainer(engine, options, async (trainer) => {
      const error = await found(trainer, { epochs: 1, watch: true });
      assert.ok(error.step > 0 && error.step < 22, error.message);
      assert.ok(error.tensor);
      assert.is(trainer.step, error.step);
      const bytes = await checkpointOf(trainer);
      const bits = await bitsOf(trainer);
      const { snapshot } = error;
      assert.is(snapshot?.step, error.step);
      await withTrainer(engine, options, async (again) => {
        // By the old name.
        if (snapshot) again.goOn(snapshot);
        assert.equal(await bitsOf(again), bits, 'what the error has kept');
        again.reset();
        // The checkpoint is the state after so many steps of the same run, and of finite numbers.
        restore(again, bytes);
        assert.equal(await bitsOf(again), bits);
        again.reset();
        await again.steps(error.step);
        assert.equal(await bitsOf(again), bits);
        assert.is((await outcomeOf(again)).history?.length ?? 0, 0);
      });
    });
  }));

test.run();
