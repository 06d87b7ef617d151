import { test } from 'uvu';
import { liveSet } from '../../src/data/live.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejection, rejects, withSharedEngine } from '../gpu/helpers.ts';
import { withTrainer } from './helpers.ts';

const inputs = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const labels = inputs.map(([x, y]) => Number(x * y > 0));

/** Options as somebody writes them who has not read everything. */
const options = (more: object): TrainerOptions =>
  ({
    model: new Sequential([2], [linear(2, 8), relu(), linear(8, 2)]),
    loss: 'cross_entropy',
    optimizer: adam(),
    ...more,
  }) as unknown as TrainerOptions;

const one = new Sequential([2], [linear(2, 1)]);
const REFUSED: Readonly<Record<string, readonly [object, new () => Error, ...string[]]>> = {
  'classes as targets': [
    { dataset: { train: { inputs, targets: labels } } },
    OptionError,
    'give classes as labels',
  ],
  'numbers as labels': [
    { model: one, loss: 'mse', dataset: { train: { inputs, labels } } },
    DataError,
    'two outputs',
    'targets',
  ],
  'one target for two outputs': [
    { loss: 'mse', dataset: { train: { inputs, targets: labels } } },
    DataError,
    'train.targets: an array of 40 was given for 40 samples; give 2 numbers for each',
  ],
  'a weight for each class': [
    { dataset: { train: { inputs, labels, weights: [1, 20] } } },
    DataError,
    'train.weights: an array of 2 was given for 40 samples; give a number for each',
  ],
  'objects as rows': [
    { dataset: { train: { inputs: inputs.map(([x, y]) => ({ x, y })), labels } } },
    DataError,
    'sample 0 is { x, y }; use an array of 2 numbers',
  ],
  'pixels of a canvas': [
    { dataset: { train: { inputs: [new ImageData(1, 2)], labels: [0] } } },
    DataError,
    'sample 0 is a',
    'ImageData',
  ],
  'pictures of three channels as images': [
    { dataset: { classes: ['a', 'b'], train: { images: new Uint8Array(6), labels: [0] } } },
    OptionError,
    'count is missing',
    'channels: 3',
  ],
};

for (const [name, [given, kind, ...texts]] of Object.entries(REFUSED)) {
  test(`what people give first is answered by what to give: ${name}`, () =>
    withSharedEngine((engine) => rejects(Trainer.create(engine, options(given)), kind, ...texts)));
}

test('a metric that fit does not compute cannot end it, and the error says how it would', () =>
  withSharedEngine((engine) =>
    withTrainer(
      engine,
      options({ dataset: { train: { inputs, labels }, validation: 0.25 } }),
      async (trainer) => {
        const stop = { on: 'test.auc', patience: 1 } as const;
        await rejects(trainer.fit({ epochs: 2, stop }), OptionError, "metrics: ['auc']");
        await trainer.fit({ epochs: 2, stop, metrics: ['auc'] });
      },
    ),
  ));

test('the split stands before the metrics', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options({ dataset: { train: { inputs, labels } } }), async (trainer) => {
      const metrics = { metrics: ['f1'] } as unknown as 'train';
      await rejects(trainer.evaluate(metrics), OptionError, 'split { metrics }', "'train', 'test'");
    }),
  ));

test('a live set takes a target for each sample, and says so', async () => {
  const live = liveSet({ capacity: 4, inputs: 2, classes: 2 });
  const both = [inputs[0], inputs[1]] as unknown as number[];
  const error = await rejection((async () => live.push(both, 0))());
  if (!/labels: 1 were given for 2 samples; give one for each/.test(error.message)) throw error;
});

test.run();
