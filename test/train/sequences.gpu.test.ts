import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textDataset } from '../../src/data/text.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { generate } from '../../src/infer/generate.ts';
import { Inference } from '../../src/infer/inference.ts';
import {
  causalSelfAttention,
  embedding,
  flatten,
  gelu,
  type Layer,
  layerNorm,
  linear,
  positionalEmbedding,
  residual,
  Sequential,
  unembedding,
} from '../../src/nn/layers.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { adamw, sgd } from '../../src/nn/optimizers.ts';
import { checkpointOf, restore } from '../../src/train/checkpoint.ts';
import { Trainer, type TrainerOptions } from '../../src/train/trainer.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';
import { assertSame, fitted, outcomeOf, withTrainer } from './helpers.ts';

const LENGTH = 6;
const TEXT = 'the cat sat on the mat and the dog sat on the log. '.repeat(3);
const { data, vocabulary, encode, decode } = textDataset(TEXT, { length: LENGTH, validation: 0.2 });
const WIDTH = 8;

const model = (width = WIDTH, head: Layer = linear(width, vocabulary.length)): Sequential =>
  new Sequential(
    [LENGTH],
    [
      embedding(vocabulary.length, width),
      positionalEmbedding(LENGTH, width),
      residual([layerNorm(width), causalSelfAttention(width, 2)]),
      residual([layerNorm(width), linear(width, 16), gelu(), linear(16, width)]),
      head,
    ],
  );

const options = (more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  model: model(),
  dataset: data,
  loss: 'cross_entropy',
  optimizer: adamw({ learningRate: 0.01 }),
  batchSize: 16,
  seed: 4,
  ...more,
});

/** The samples of a split as arrays: inputs [count, T] and labels [count, T]. */
function windows({ tokens }: { readonly tokens: ArrayLike<number> }) {
  const count = tokens.length - LENGTH;
  const at = (i: number, shift: number): number =>
    tokens[Math.floor(i / LENGTH) + (i % LENGTH) + shift];
  return {
    inputs: Float32Array.from({ length: count * LENGTH }, (_, i) => at(i, 0)),
    labels: Uint8Array.from({ length: count * LENGTH }, (_, i) => at(i, 1)),
  };
}

test('windows on the GPU, streamed windows and the same samples as arrays train to the same bits', () =>
  withSharedEngine(async (engine) => {
    const resident = await fitted(engine, options(), { epochs: 2 });
    const arrays = { train: windows(data.train), test: windows(data.test as never) };
    for (const other of [{ data: 'streamed' }, { dataset: arrays }] as const) {
      assertSame(await fitted(engine, options(other), { epochs: 2 }), resident);
    }
  }));

test('the loss and the accuracy are means over all positions of the valid samples', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options({ optimizer: sgd({ learningRate: 0 }) }), async (trainer) => {
      // The last batch of the epoch is partial.
      assert.ok(windows(data.train).inputs.length % (16 * LENGTH) !== 0);
      const [{ train, test: tested }] = await trainer.fit({ epochs: 1 });
      for (const [split, found] of [
        [data.train, train],
        [data.test, tested],
      ] as const) {
        const { inputs, labels } = windows(split as never);
        const logits = await trainer.predict(inputs);
        const classes = await trainer.predict(inputs, { as: 'class' });
        assert.is(classes.length, labels.length);
        let loss = 0;
        labels.forEach((label, row) => {
          const own = logits.subarray(row * vocabulary.length, (row + 1) * vocabulary.length);
          loss += Math.log(own.reduce((sum, x) => sum + Math.exp(x), 0)) - own[label];
        });
        const hits = classes.filter((found, row) => found === labels[row]).length;
        assert.ok(Math.abs((found?.loss ?? 0) - loss / labels.length) < 1e-5, `${found?.loss}`);
        assert.is(found?.accuracy, hits / labels.length);
      }
      const { confusion } = await trainer.evaluate('train');
      assert.is(
        confusion?.flat().reduce((sum, n) => sum + n, 0),
        windows(data.train).labels.length,
      );
    }),
  ));

test('a run that is stopped and resumed elsewhere is the run that was not, with weights tied or not', () =>
  withSharedEngine(async (engine) => {
    const tokens = embedding(vocabulary.length, WIDTH);
    const tied = new Sequential(
      [LENGTH],
      [tokens, causalSelfAttention(WIDTH, 2), unembedding(tokens)],
    );
    for (const own of [options(), options({ model: tied })]) {
      const whole = await fitted(engine, own, { epochs: 2 });
      const bytes = await withTrainer(engine, own, async (trainer) => {
        await trainer.steps(5);
        return checkpointOf(trainer);
      });
      const resumed = await withTrainer(engine, own, async (trainer) => {
        restore(trainer, bytes);
        await trainer.fit({ epochs: 2 });
        return outcomeOf(trainer);
      });
      assertSame(resumed, whole);
    }
  }));

test('a text is learned, and continued as it is written, by a trainer and by an inference', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options({ model: model(16) }), async (trainer) => {
      await trainer.fit({ epochs: 40 });
      const { loss } = await trainer.evaluate('train');
      assert.ok(loss < 0.6, `${loss}`);
      const written = async (from: Trainer | Inference): Promise<string> => {
        let text = '';
        for await (const token of generate(from, encode('the cat'), {
          count: 12,
          temperature: 0,
        })) {
          text += decode([token]);
        }
        return text;
      };
      assert.is(await written(trainer), ' sat on the ');
      const inference = await trainer.inference({ batch: 1 });
      try {
        assert.is(await written(inference), ' sat on the ');
      } finally {
        inference.destroy();
      }
    }),
  ));

test('attention by hand: q = k = v = x, of two positions', () =>
  withSharedEngine(async (engine) => {
    const eye = [1, 0, 0, 1];
    const weights = new Map([
      ['0.qkv.weight', Float32Array.from([...eye, ...eye, ...eye])],
      ['0.qkv.bias', new Float32Array(6)],
      ['0.proj.weight', Float32Array.from(eye)],
      ['0.proj.bias', new Float32Array(2)],
    ]);
    const inference = await Inference.create(engine, {
      model: new Sequential([2, 2], [causalSelfAttention(2, 1)]),
      batch: 1,
      weights,
    });
    try {
      const found = await inference.predict([1, 0, 0, 1]);
      // The scores of the second position are 0 and 1/√2; e^0.70711 = 2.02811, and 1 / 3.02811 = 0.33024.
      [1, 0, 0.33024, 0.66976].forEach((wanted, i) => {
        assert.ok(Math.abs(found[i] - wanted) < 1e-5, `${found}`);
      });
    } finally {
      inference.destroy();
    }
  }));

test('a later token does not change what is predicted before it', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, options(), async (trainer) => {
      const [one, other] = [
        await trainer.predict([[1, 2, 3, 4, 5, 6]]),
        await trainer.predict([[1, 2, 3, 9, 8, 7]]),
      ];
      const before = 3 * vocabulary.length;
      assert.equal(one.slice(0, before), other.slice(0, before));
      assert.not.equal(one.slice(before), other.slice(before));
    }),
  ));

test('data and models that do not fit are refused', () =>
  withSharedEngine(async (engine) => {
    const refused = (
      more: Partial<TrainerOptions>,
      kind: typeof OptionError | typeof DataError,
      message: string,
    ) => rejects(Trainer.create(engine, options(more)), kind, message);
    await refused(
      { model: model(WIDTH, linear(WIDTH, 5)) },
      OptionError,
      'the model has 5 outputs at each position',
    );
    await refused({ loss: 'mse' }, OptionError, "use 'cross_entropy'");
    await refused({ normalize: 'standardise' }, OptionError, 'normalize was given for tokens');
    await refused(
      { target: 'input', loss: 'mse' },
      OptionError,
      "target 'input' was given for tokens",
    );
    await refused(
      { dataset: { train: data.train, validation: 0.1 } as never },
      OptionError,
      'textDataset(text, { length, validation })',
    );
    await refused(
      { model: new Sequential([LENGTH], [flatten(), linear(LENGTH, 17)]) },
      OptionError,
      'for tokens it makes [T, classes] of [T]',
    );
    const { inputs } = windows(data.train);
    const perSample = { train: { inputs, labels: new Uint8Array(inputs.length / LENGTH) } };
    await refused(
      { dataset: perSample },
      DataError,
      'the model has outputs at 6 positions: give a label for each',
    );
    const { labels } = windows(data.train);
    const weighted = {
      train: { inputs, labels, weights: new Float32Array(inputs.length / LENGTH) },
    };
    await refused(
      { dataset: weighted },
      OptionError,
      'weights were given for samples of 6 positions',
    );
  }));

test('labels of positions may be ignored, and classes may have weights', () =>
  withSharedEngine(async (engine) => {
    const { inputs, labels } = windows(data.train);
    const loss = crossEntropy({
      ignoreIndex: -100,
      classWeights: vocabulary.map((_, c) => 1 + (c % 3)),
    });
    const some = Int32Array.from(labels, (label, i) => (i % 4 === 0 ? -100 : label));
    const dataset = { train: { inputs, labels: some } };
    const [resident, streamed] = [
      await fitted(engine, options({ dataset, loss }), { epochs: 1 }),
      await fitted(engine, options({ dataset, loss, data: 'streamed' }), { epochs: 1 }),
    ];
    assertSame(streamed, resident);
    await withTrainer(
      engine,
      options({ dataset, loss, optimizer: sgd({ learningRate: 0 }) }),
      async (trainer) => {
        const [{ train }] = await trainer.fit({ epochs: 1 });
        const logits = await trainer.predict(inputs);
        let [sum, total] = [0, 0];
        some.forEach((label, row) => {
          if (label < 0) return;
          const own = logits.subarray(row * vocabulary.length, (row + 1) * vocabulary.length);
          const weight = 1 + (label % 3);
          sum += weight * (Math.log(own.reduce((all, x) => all + Math.exp(x), 0)) - own[label]);
          total += weight;
        });
        assert.ok(Math.abs(train.loss - sum / total) < 1e-5, `${train.loss} for ${sum / total}`);
      },
    );
  }));

test('tokens that the embedding does not have are refused', () =>
  withSharedEngine(async (engine) => {
    const small = new Sequential([2], [embedding(3, 4), linear(4, 5)]);
    const create = (train: TrainerOptions['dataset']['train'], loss?: TrainerOptions['loss']) =>
      Trainer.create(engine, {
        ...options({ model: small, batchSize: 2, ...(loss ? { loss } : {}) }),
        dataset: { train } as TrainerOptions['dataset'],
      });
    const said = 'an embedding of 3 takes integers from 0 to 2';
    const labels = [0, 1, 2, 3];
    const wrong = [
      { tokens: Uint8Array.of(0, 1, 2, 3), length: 2 },
      { inputs: [0, 1, 3, 0], labels },
      {
        inputs: [
          [0, 1],
          [-1, 0],
        ],
        labels,
      },
      { inputs: Float32Array.of(0, 1.5, 0, 0), labels },
    ];
    for (const train of wrong) await rejects(create(train), DataError, 'train has the token', said);
    // Padding that the loss ignores.
    const padded = { tokens: Uint8Array.of(0, 1, 2, 255), length: 2 };
    (await create(padded, crossEntropy({ ignoreIndex: 255 }))).destroy();
    (
      await create({
        inputs: [
          [0, 1],
          [2, 0],
        ],
        labels,
      })
    ).destroy();
  }));

test.run();
