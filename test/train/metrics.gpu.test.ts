import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { linear, Sequential, tanh } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { RandomStream } from '../../src/random/stream.ts';
import type { Metric } from '../../src/train/metrics.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { small, smallGarments, withTrainer } from './helpers.ts';

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

test('metrics of classes are those of the outputs that predict() gives, over more than one batch', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small({ optimizer: adam({ learningRate: 0.003 }) }), async (trainer) => {
      await trainer.fit({ epochs: 2, validate: false });
      const { train } = smallGarments();
      const outputs = await trainer.predict(train);
      let seen: ArrayLike<number> = [];
      const own: Metric = {
        name: 'own',
        compute: (given, truth, { count, outputs: width }) => {
          assert.equal(given, outputs, 'the bits of predict()');
          assert.equal([...truth], [...train.labels]);
          assert.equal([count, width], [700, 10]);
          seen = given;
          return 7;
        },
      };
      const wanted = ['precision', 'recall', 'f1', 'auc', own] as const;
      const plain = await trainer.evaluate('train');
      const { metrics, each, ...rest } = await trainer.evaluate('train', { metrics: wanted });
      assert.equal(rest, plain, 'metrics change nothing else');
      assert.is(metrics.own, 7);
      assert.is(seen.length, 7000);
      assert.equal(Object.keys(metrics), ['precision', 'recall', 'f1', 'auc', 'own']);

      for (let c = 0; c < 10; c++) {
        // One row after the other, by definition.
        let [both, there, predicted] = [0, 0, 0];
        const scores: number[] = [];
        for (let row = 0; row < 700; row++) {
          const of = [...outputs.subarray(10 * row, 10 * row + 10)];
          const answer = of.indexOf(Math.max(...of));
          if (answer === c) predicted++;
          if (train.labels[row] === c) there++;
          if (answer === c && train.labels[row] === c) both++;
          const others = sum(of.filter((_, k) => k !== c).map(Math.exp));
          scores.push(Math.exp(of[c]) / (Math.exp(of[c]) + others));
        }
        assert.is(each.precision[c], both / (predicted || 1));
        assert.is(each.recall[c], both / there);
        assert.ok(Math.abs(each.f1[c] - (2 * both) / (there + predicted)) < 1e-15);
        let won = 0;
        for (let i = 0; i < 700; i++) {
          if (train.labels[i] !== c) continue;
          for (let j = 0; j < 700; j++) {
            if (train.labels[j] === c) continue;
            won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
          }
        }
        const area = won / there / (700 - there);
        // Probabilities tie where logits do not; with weights this young they do not get there.
        assert.ok(Math.abs(each.auc[c] - area) < 1e-12, `class ${c}: ${each.auc[c]}, ${area}`);
      }
      assert.ok(Math.abs(metrics.auc - sum([...each.auc]) / 10) < 1e-15);
    }),
  ));

const STORAGE = 0x80 | 0x8;

test('metrics of numbers see targets that are on the GPU alone, as a buffer or as a function', () =>
  withSharedEngine(async (engine) => {
    const random = new RandomStream([4, 9]);
    const count = 530;
    const points = Float32Array.from({ length: 2 * count }, () => random.signed());
    const values = Float32Array.from({ length: 3 * count }, (_, i) => points[i % 7] * 2 + (i % 3));
    const [inputs, targets] = [points, values].map((contents) => {
      const buffer = engine.device.createBuffer({ size: contents.byteLength, usage: STORAGE });
      engine.device.queue.writeBuffer(buffer, 0, contents);
      return buffer;
    });
    const wgsl = `
      @group(0) @binding(0) var<storage, read> t: array<f32>;
      fn valueAt(sample: u32, column: u32) -> f32 { return t[sample * 3u + column]; }`;
    for (const given of [targets, { wgsl, bindings: { t: targets } }]) {
      const train = { count, inputs, targets: given };
      const options = {
        model: new Sequential([2], [linear(2, 8), tanh(), linear(8, 3)]),
        dataset: { train },
        loss: 'mse',
        optimizer: adam(),
        batchSize: 50,
      } as const;
      await withTrainer(engine, options, async (trainer) => {
        await trainer.steps(20);
        let outputs = new Float32Array();
        const own: Metric = {
          name: 'own',
          compute: (found, truth) => {
            outputs = Float32Array.from(found);
            assert.equal(truth, values);
            return 0;
          },
        };
        const found = await trainer.evaluate('train', { metrics: ['r2', 'mae', own] });
        const offs = values.map((value, i) => outputs[i] - value);
        // The loss is the mean of the squares, summed on the GPU.
        const mse = sum([...offs].map((off) => off * off)) / offs.length;
        assert.ok(Math.abs(found.loss / mse - 1) < 1e-5, `${found.loss} and ${mse}`);
        const mae = sum([...offs].map(Math.abs)) / offs.length;
        assert.ok(Math.abs(found.metrics.mae / mae - 1) < 1e-6);
        for (let c = 0; c < 3; c++) {
          const column = [...values].filter((_, i) => i % 3 === c);
          const mean = sum(column) / count;
          const spread = sum(column.map((y) => (y - mean) ** 2));
          const off = sum([...offs].filter((_, i) => i % 3 === c).map((x) => x * x));
          assert.ok(Math.abs(found.each.r2[c] - (1 - off / spread)) < 1e-6, `column ${c}`);
        }
        await rejects(trainer.evaluate('train', { metrics: ['f1'] }), OptionError, 'needs classes');
        await rejects(trainer.evaluate('train', { metrics: ['auc'] }), OptionError, '0 and 1');
      });
    }
    inputs.destroy();
    targets.destroy();
  }));

test('an autoencoder has R² and MAE against its pixels', () =>
  withSharedEngine((engine) => {
    const model = mlp([28, 28], [784, 12, 784]);
    const options = small({ model, target: 'input', loss: 'mse', normalize: [0.3, 0.4] });
    return withTrainer(engine, options, async (trainer) => {
      const { test: images } = smallGarments();
      const outputs = await trainer.predict(images);
      const { metrics } = await trainer.evaluate('test', { metrics: ['mae', 'r2'] });
      const mae = sum([...outputs].map((x, i) => Math.abs(x - images.images[i] / 255)));
      assert.ok(Math.abs(metrics.mae / (mae / outputs.length) - 1) < 1e-6);
    });
  }));

test('a metric of the caller may call the trainer, throw, and be destroyed under', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, small(), async (trainer) => {
      const nested: Metric = {
        name: 'nested',
        compute: async () => (await trainer.evaluate('train')).loss,
      };
      const { metrics } = await trainer.evaluate('test', { metrics: [nested] });
      assert.is(metrics.nested, (await trainer.evaluate('train')).loss);
      const thrower: Metric = {
        name: 'thrower',
        compute: () => {
          throw new RangeError('mine');
        },
      };
      await rejects(trainer.evaluate('test', { metrics: [thrower] }), RangeError, 'mine');
      const waits: Metric = { name: 'waits', compute: () => new Promise<number>(() => {}) };
      const evaluated = rejects(trainer.evaluate('test', { metrics: [waits] }), Error, 'destroyed');
      await new Promise((resolve) => setTimeout(resolve, 200));
      trainer.destroy();
      await evaluated;
    }),
  ));

test.run();
