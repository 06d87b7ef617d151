import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DestroyedError } from '../../src/errors.ts';
import { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { sgd } from '../../src/nn/optimizers.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';

const COUNT = 40;
const targets = new Float32Array(COUNT);
const model = new Sequential([2], [linear(2, 1)]);
const rest = { model, loss: 'mse', optimizer: sgd(), batchSize: 8 } as const;
const never = (): Promise<never> => new Promise(() => {});

/** A source that stops answering once it is told to. */
function source() {
  const state = { silent: false };
  const gather = (_: Uint32Array, into: Float32Array): void | Promise<void> => {
    if (state.silent) return never();
    into.fill(1);
  };
  return { state, split: { count: COUNT, targets, gather } };
}

type Work = (trainer: Trainer, silence: () => void) => Promise<unknown>;

const rows = { count: 3, gather: never };

/** All that waits for what may never come. */
const WAITS: Readonly<Record<string, Work>> = {
  'onProgress of fit': (trainer) => trainer.fit({ epochs: 2, onProgress: never }),
  'onEpoch of fit': (trainer) => trainer.fit({ epochs: 2, onEpoch: never }),
  'until of fit': (trainer) => trainer.fit({ epochs: 2, until: never }),
  'the source of fit': (trainer, silence) => {
    silence();
    return trainer.fit({ epochs: 2 });
  },
  'the source of steps': (trainer, silence) => {
    silence();
    return trainer.steps(4);
  },
  'the source of an evaluation': (trainer, silence) => {
    silence();
    return trainer.evaluate('train');
  },
  'a metric': (trainer) =>
    trainer.evaluate('train', { metrics: [{ name: 'own', compute: never }] }),
  'the source of a prediction': (trainer) => trainer.predict(rows as never),
  "the source of an inference's prediction": async (trainer) => {
    const inference = await trainer.inference({ batch: 2 });
    return inference.predict(rows);
  },
};

for (const [name, work] of Object.entries(WAITS)) {
  test(`destroy() ends what waits for ${name}, and frees its memory`, () =>
    withSharedEngine(async (engine) => {
      const { state, split } = source();
      const trainer: Trainer = await Trainer.create(engine, { ...rest, dataset: { train: split } });
      const working = work(trainer, () => {
        state.silent = true;
      });
      setTimeout(() => trainer.destroy(), 30);
      await rejects(working, DestroyedError, 'was destroyed');
      // Would wait for ever if anything of it still ran.
      await trainer[Symbol.asyncDispose]();
      assert.is(engine.memory().bytes, 0);
    }));
}

test('an end of the engine ends what is being made of a source that does not answer', async () => {
  const engine = await Engine.create({ family: 'portable', quick: true });
  const dataset = { train: { count: COUNT, targets, gather: never } };
  const options: TrainerOptions = { ...rest, dataset, normalize: 'standardise' };
  const making = Trainer.create(engine, options);
  const inference = await Inference.create(engine, { model, batch: 2 });
  const predicting = inference.predict(rows);
  engine.destroy();
  await rejects(making, DestroyedError, 'engine was destroyed');
  await rejects(predicting, DestroyedError, 'engine was destroyed');
  await engine[Symbol.asyncDispose]();
});

test('what a callback rejects with after it destroyed its trainer is nobody’s fault', () =>
  withSharedEngine(async (engine) => {
    const unhandled: unknown[] = [];
    const hear = (event: Event): void => {
      event.preventDefault();
      unhandled.push((event as PromiseRejectionEvent).reason);
    };
    addEventListener('unhandledrejection', hear);
    const make = async (): Promise<Trainer> =>
      Trainer.create(engine, { ...rest, dataset: { train: source().split } });
    for (const fit of [
      (trainer: Trainer, fail: () => Promise<never>) => trainer.fit({ epochs: 1, onEpoch: fail }),
      (trainer: Trainer, fail: () => Promise<never>) =>
        trainer.fit({ epochs: 1, onProgress: fail }),
      (trainer: Trainer, fail: () => Promise<never>) =>
        trainer.evaluate('train', { metrics: [{ name: 'own', compute: fail }] }),
      (trainer: Trainer, fail: () => Promise<never>) =>
        trainer.predict({ count: 3, gather: fail } as never),
    ]) {
      const trainer = await make();
      const fail = (): Promise<never> => {
        trainer.destroy();
        return Promise.reject(new Error('mine'));
      };
      await rejects(fit(trainer, fail), DestroyedError);
      await trainer[Symbol.asyncDispose]();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    removeEventListener('unhandledrejection', hear);
    assert.equal(unhandled, []);
  }));

test.run();
