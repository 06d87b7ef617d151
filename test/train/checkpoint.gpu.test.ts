import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageDataset } from '../../src/data/dataset.ts';
import {
  parseSafetensors,
  type WritableTensor,
  writeSafetensors,
} from '../../src/data/safetensors.ts';
import { OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { relu, Sequential } from '../../src/nn/layers.ts';
import { adagrad, adam, adamw, lion, nadam, rmsprop, sgd } from '../../src/nn/optimizers.ts';
import type { OptimizerRule } from '../../src/ops/update.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import type { ResolvedOptions } from '../../src/train/options.ts';
import type { Snapshot } from '../../src/train/snapshot.ts';
import type { Trainer } from '../../src/train/trainer.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, outcomeOf, small, withTrainer } from './helpers.ts';

/** Trains until so many steps are submitted. */
async function stopAt(trainer: Trainer, steps: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = (): void => {
    if (trainer.step >= steps) controller.abort();
  };
  await trainer.fit({ epochs: 9, chunk: 1, signal: controller.signal, onProgress }).catch(() => {});
  assert.is(trainer.step, steps);
}

const OPTIMIZERS: readonly OptimizerRule[] = [
  adam(),
  adamw({ weightDecay: 0.1 }),
  sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  sgd({ learningRate: 0.1 }),
  rmsprop({ learningRate: 1e-3, centered: true, momentum: 0.5 }),
  lion({ weightDecay: 0.1 }),
  adagrad({ learningRateDecay: 0.01, initialAccumulatorValue: 0.1 }),
  nadam(),
  adam({ amsgrad: true }),
];

for (const [i, optimizer] of OPTIMIZERS.entries()) {
  // 22 steps an epoch: within the first, within the second, between two.
  const at = [5, 30, 22, 1, 7, 23, 44, 9, 31][i];
  test(`a run that is stopped at step ${at} and goes on elsewhere is the run that was not (${JSON.stringify(optimizer)})`, () =>
    withSharedEngine(async (engine) => {
      const options = small({ optimizer });
      const whole = await fitted(engine, options, { epochs: 3 });
      const bytes = await withTrainer(engine, options, async (trainer) => {
        await stopAt(trainer, at);
        return checkpointOf(trainer);
      });
      const resumed = await withTrainer(engine, options, async (trainer) => {
        // What the trainer was before must leave nothing behind.
        await trainer.steps(3);
        restore(trainer, bytes);
        assert.is(trainer.step, at);
        await trainer.fit({ epochs: 3 - trainer.history.length });
        return outcomeOf(trainer);
      });
      assertSame(resumed, whole);
    }));
}

// Within an epoch, and behind its last step, before it is on record.
for (const at of [9, 22]) {
  test(`a checkpoint that is taken at step ${at} while training goes on is of one moment`, () =>
    withSharedEngine(async (engine) => {
      const whole = await fitted(engine, small(), { epochs: 2 });
      let taken: Promise<Uint8Array> | undefined;
      await withTrainer(engine, small(), async (trainer) => {
        await trainer.fit({
          epochs: 2,
          chunk: 3,
          onProgress: () => {
            if (trainer.step >= at) taken ??= checkpointOf(trainer);
          },
        });
        assertSame(await outcomeOf(trainer), whole, 'the run that was watched');
      });
      const bytes = await taken;
      if (!bytes) throw new Error('no checkpoint was taken');
      await withTrainer(engine, small(), async (trainer) => {
        restore(trainer, bytes);
        assert.is(trainer.step, at);
        assert.is(trainer.history.length, 0);
        await trainer.fit({ epochs: 2 });
        assertSame(await outcomeOf(trainer), whole, 'the run that went on');
      });
    }));
}

test('a checkpoint of another run, or what is no checkpoint, changes nothing', () =>
  withSharedEngine(async (engine) => {
    const bytes = await withTrainer(engine, small(), async (trainer) => {
      await trainer.steps(4);
      return checkpointOf(trainer);
    });
    const { tensors, metadata } = parseSafetensors(bytes);
    const rewritten = (change: {
      metadata?: Record<string, string>;
      without?: string;
      spoil?: readonly [name: string, value: number];
    }): Uint8Array => {
      const kept = new Map<string, WritableTensor>();
      for (const [name, { shape, data }] of tensors) {
        const writable = data instanceof Float32Array || data instanceof Int32Array;
        if (!writable || name === change.without) continue;
        const [spoilt, value] = change.spoil ?? [];
        kept.set(name, { shape, data: name === spoilt ? data.map((_, i) => value ?? i) : data });
      }
      return writeSafetensors(kept, { ...metadata, ...change.metadata });
    };
    const cases: readonly (readonly [Uint8Array, string, RegExp])[] = [
      [bytes.subarray(0, bytes.length - 3), 'DataError', /./],
      [new Uint8Array(0), 'DataError', /./],
      [rewritten({ metadata: { format: 'pt' } }), 'DataError', /"pt"/],
      [rewritten({ metadata: { step: '-1' } }), 'DataError', /step/],
      [rewritten({ metadata: { step: '1.5' } }), 'DataError', /step/],
      [rewritten({ metadata: { history: '{}' } }), 'DataError', /history/],
      [rewritten({ metadata: { history: '[null]' } }), 'DataError', /history/],
      [rewritten({ metadata: { 'config.seed': '8' } }), 'OptionError', /seed: 8/],
      [rewritten({ without: '1.weight' }), 'DataError', /no 1\.weight/],
      [rewritten({ without: 'optimizer.moment2.4.bias' }), 'DataError', /moment2\.4\.bias/],
      [rewritten({ without: 'epoch.sums' }), 'DataError', /epoch\.sums/],
      [rewritten({ spoil: ['1.weight', NaN] }), 'DataError', /NaN in 1\.weight at 0/],
      [
        rewritten({ spoil: ['optimizer.moment1.1.bias', Infinity] }),
        'DataError',
        /Infinity in opt/,
      ],
    ];
    const whole = await fitted(engine, small(), { epochs: 1 });
    await withTrainer(engine, small(), async (trainer) => {
      await trainer.steps(2);
      for (const [given, name, text] of cases) {
        let thrown: unknown;
        try {
          restore(trainer, given);
        } catch (error) {
          thrown = error;
        }
        if (!(thrown instanceof Error)) throw new Error(`${text} was taken`);
        assert.is(thrown.name, name, thrown.message);
        assert.match(thrown.message, text);
        assert.is(trainer.step, 2);
      }
      await trainer.fit({ epochs: 1 });
      assertSame(await outcomeOf(trainer), whole);
    });
  }));

test('other data of the same name and number are refused', () =>
  withSharedEngine(async (engine: Engine) => {
    const bytes = await withTrainer(engine, small(), (trainer) => checkpointOf(trainer));
    const { train, ...rest } = small().dataset as ImageDataset;
    const labels = train.labels.map((label, i) => (i === 5 ? (label + 1) % 10 : label));
    const images = train.images.map((byte, i) => (i === 7 * 784 ? byte ^ 1 : byte));
    for (const other of [
      { ...train, labels },
      { ...train, images },
    ]) {
      const options = small({ dataset: { ...rest, train: other } });
      await withTrainer(engine, options, async (trainer) => {
        assert.throws(() => restore(trainer, bytes), /data: 700 images/);
      });
    }
  }));

test('weights and momentum of another kind of run are refused by what differs', () =>
  withSharedEngine(async (engine: Engine) => {
    const bytes = await withTrainer(engine, small(), (trainer) => checkpointOf(trainer));
    await withTrainer(engine, small({ optimizer: sgd() }), async (trainer) => {
      assert.throws(() => restore(trainer, bytes), /optimizer/);
    });
    await withTrainer(engine, small({ batchSize: 31 }), async (trainer) => {
      assert.throws(() => restore(trainer, bytes), /batch size: 32/);
    });
  }));

test('a snapshot of another run, or what is none, is refused and changes nothing', () =>
  withSharedEngine(async (engine: Engine) => {
    const snapshot = await withTrainer(engine, small(), async (trainer) => {
      await trainer.steps(4);
      return trainer.snapshot();
    });
    const whole = await fitted(engine, small(), { epochs: 1 });
    await withTrainer(engine, small(), async (trainer) => {
      await trainer.steps(2);
      const { model } = small();
      assert.ok(model instanceof Sequential);
      const layers = model.layers.map((layer) =>
        layer.kind === 'relu' ? { ...relu(), kind: 'swish' } : layer,
      );
      const of = (options: Partial<ResolvedOptions>) => ({
        ...snapshot,
        options: { ...snapshot.options, ...options },
      });
      // A layer of one's own need not tell its size in its kind.
      const short = new Map(snapshot.tensors).set(
        'moment2',
        new Map([['1.weight', new Float32Array(3)]]),
      );
      const cases: readonly (readonly [unknown, RegExp])[] = [
        [of({ model: new Sequential(model.inputShape, layers) }), /model: .*swish/],
        [of({ seed: 99 }), /seed: 99/],
        [of({ optimizer: sgd() }), /optimizer: /],
        [{ ...snapshot, tensors: short }, /3 values of 1\.weight \(moment2\)/],
        [{ ...snapshot, tensors: new Map() }, /no values of 1\.weight/],
        [{ ...snapshot, step: -1 }, /resume\(\) takes/],
        [{ ...snapshot, origin: { step: { valueOf: 1, toString: 1 } } }, /resume\(\) takes/],
        [{ ...snapshot, sums: null }, /resume\(\) takes/],
        [{ ...snapshot, options: undefined }, /resume\(\) takes/],
        [undefined, /undefined was given/],
        [await checkpointOf(snapshot), /Uint8Array of \d+ was given/],
      ];
      for (const [given, text] of cases) {
        try {
          trainer.resume(given as Snapshot);
          assert.unreachable(String(text));
        } catch (error) {
          assert.instance(error, OptionError);
          assert.match(String(error), text);
        }
        assert.is(trainer.step, 2);
      }
      await trainer.fit({ epochs: 1 });
      assertSame(await outcomeOf(trainer), whole);
    });
  }));

test.run();
