import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ByteSplit, ImageSource } from '../../src/data/dataset.ts';
import { DataError, MemoryError, OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { rejection, rejects, reportOf, withQuickEngine, withSharedEngine } from '../gpu/helpers.ts';
import { lowerLimits } from '../gpu/limits.ts';
import {
  assertSame,
  firstOf,
  fitted,
  type ImageOptions,
  outcomeOf,
  small,
  smallGarments,
  withTrainer,
} from './helpers.ts';

const BATCH = 16;
const BATCH_BYTES = BATCH * 784;

/** 70 images are four batches and one of 6; the window holds two of them. */
const TINY = small({
  dataset: firstOf(smallGarments(), 70, 20),
  model: mlp([28, 28], [784, 16, 10], { dropout: 0.2 }),
  batchSize: BATCH,
});
const STREAMED: ImageOptions = { ...TINY, data: 'streamed', streamBytes: 2 * BATCH_BYTES };

const random = new RandomStream([3, 4]);
const ORDERS = {
  shuffled: { kind: 'shuffled' },
  sequential: { kind: 'sequential' },
  listed: { kind: 'listed', indices: Uint32Array.from({ length: 90 }, () => random.below(70)) },
} as const;

for (const [name, order] of Object.entries(ORDERS)) {
  test(`${name}: two epochs of streamed images end in the bits of resident ones, whatever the chunks`, () =>
    withSharedEngine(async (engine) => {
      const fit = { epochs: name === 'listed' ? 1 : 2 };
      const resident = await fitted(engine, { ...TINY, order, data: 'resident' }, fit);
      for (const chunk of [1, 3, 'auto'] as const) {
        const streamed = await fitted(engine, { ...STREAMED, order }, { ...fit, chunk });
        assertSame(streamed, resident, `chunks of ${chunk}`);
      }
    }));
}

test('on the plain plan, with a window of one batch, streamed is resident too', () =>
  withSharedEngine(async (engine) => {
    const resident = await fitted(engine, { ...TINY, plan: 'plain' }, { epochs: 1 });
    const options: ImageOptions = { ...STREAMED, plan: 'plain', streamBytes: 1 };
    assertSame(await fitted(engine, options, { epochs: 1 }), resident);
  }));

/** A split behind the interface that asks for images; counts how often it was asked. */
class Source implements ImageSource {
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly #images: Uint8Array;
  asked = 0;
  /** Called before each answer. */
  before: () => void | Promise<void> = () => {};

  constructor({ images, labels, count, height, width }: ByteSplit) {
    this.#images = images;
    this.labels = labels;
    this.count = count;
    this.height = height;
    this.width = width;
  }

  async gather(indices: Uint32Array, into: Uint8Array): Promise<void> {
    this.asked++;
    await this.before();
    const size = this.height * this.width;
    assert.is(into.length, indices.length * size);
    for (const [i, index] of indices.entries()) {
      into.set(this.#images.subarray(index * size, (index + 1) * size), i * size);
    }
  }
}

/** Images of 5×5, whose bytes are no multiple of 4. */
function narrow(split: ByteSplit): ByteSplit {
  const images = new Uint8Array(split.count * 25);
  for (let i = 0; i < images.length; i++) {
    const [image, pixel] = [Math.floor(i / 25), i % 25];
    images[i] = split.images[image * 784 + (10 + Math.floor(pixel / 5)) * 28 + 10 + (pixel % 5)];
  }
  return { ...split, images, height: 5, width: 5 };
}

const { train, test: tested } = TINY.dataset as object as { train: ByteSplit; test: ByteSplit };

test('a source of images that are no multiple of 4 bytes, asked across promises, trains the same', () =>
  withSharedEngine(async (engine) => {
    const options = { ...TINY, model: mlp([5, 5], [25, 16, 10]) };
    const splits = { train: narrow(train), test: narrow(tested) };
    const dataset = { ...TINY.dataset, ...splits };
    const resident = await fitted(engine, { ...options, dataset }, { epochs: 2 });
    const sources = { train: new Source(splits.train), test: new Source(splits.test) };
    const streamed = await fitted(
      engine,
      { ...options, dataset: { ...TINY.dataset, ...sources }, streamBytes: 3 * 28 * BATCH },
      { epochs: 2 },
    );
    assertSame(streamed, resident);
    assert.ok(sources.train.asked >= 4, `asked ${sources.train.asked} times`);
  }));

test('evaluation of both splits and prediction of any count are the same, streamed or resident', () =>
  withSharedEngine(async (engine) => {
    const { train: many } = smallGarments();
    const ask = (options: ImageOptions) =>
      withTrainer(engine, options, async (trainer) => [
        await trainer.evaluate('train'),
        await trainer.evaluate('test'),
        await trainer.predict(many),
        // A source without labels.
        await trainer.predict({
          count: many.count,
          height: 28,
          width: 28,
          gather: (indices, into) =>
            indices.forEach((index, i) => {
              into.set(many.images.subarray(index * 784, (index + 1) * 784), i * 784);
            }),
        }),
      ]);
    const resident = await ask(TINY);
    assert.equal(await ask(STREAMED), resident);
    assert.equal(resident[3], resident[2]);
  }));

test('prediction brings one batch to the GPU at a time', () =>
  withSharedEngine((engine) =>
    withTrainer(engine, TINY, async (trainer) => {
      const source = new Source(smallGarments().train);
      const seen = new Set<number>();
      source.before = () => {
        seen.add(bytesOf(engine, /^stream/));
      };
      await trainer.predict(source);
      // The window and twice the staging, for 500 images and their labels.
      assert.equal([...seen], [3 * 500 * (784 + 4)]);
    }),
  ));

function bytesOf(engine: Engine, name: RegExp): number {
  const uses = reportOf(engine.buffers).filter((use) => name.test(use.name));
  return uses.reduce((sum, { bytes }) => sum + bytes, 0);
}

test('a stream holds three windows of memory, however large the data set, and gives it back', () =>
  withSharedEngine(async (engine) => {
    await withTrainer(engine, STREAMED, async (trainer) => {
      await trainer.fit({ epochs: 1, validate: false });
      assert.is(bytesOf(engine, /^stream/), 3 * 2 * BATCH * (784 + 4));
      assert.is(bytesOf(engine, /^(pixels|labels)$/), 0);
    });
    assert.is(engine.buffers.liveBytes, 0);
  }));

test('an abort in the midst of an epoch, an evaluation, and steps that are profiled leave the stream in place', () =>
  withSharedEngine(async (engine) => {
    const resident = await fitted(engine, TINY, { epochs: 3 });
    const streamed = await withTrainer(engine, STREAMED, async (trainer) => {
      const reason = new Error('enough');
      const controller = new AbortController();
      const stopping = trainer.fit({
        epochs: 3,
        chunk: 1,
        signal: controller.signal,
        onProgress: ({ step }) => step === 2 && controller.abort(reason),
      });
      assert.is(await rejection(stopping), reason);
      assert.is(trainer.step, 2);
      await trainer.evaluate();
      await trainer.steps(1);
      if (engine.timestamps) await trainer.profile(1);
      await trainer.fit({ epochs: 3 - trainer.history.length });
      return outcomeOf(trainer);
    });
    assertSame(streamed, resident);
  }));

test('a source that throws stops the training with its error, which goes on as if nothing was', () =>
  withSharedEngine(async (engine) => {
    const resident = await fitted(engine, TINY, { epochs: 2 });
    const source = new Source(train);
    const dataset = { ...TINY.dataset, train: source };
    const streamed = await withTrainer(engine, { ...STREAMED, dataset }, async (trainer) => {
      const broken = new Error('the disk is gone');
      source.before = () => {
        if (source.asked === 3) throw broken;
      };
      assert.is(await rejection(trainer.fit({ epochs: 2, chunk: 1 })), broken);
      assert.is(trainer.step, 2);
      await trainer.fit({ epochs: 2 });
      return outcomeOf(trainer);
    });
    assertSame(streamed, resident);
  }));

test('images are gathered while the GPU works on the chunk before', () =>
  withSharedEngine((engine) => {
    const source = new Source(train);
    const dataset = { ...TINY.dataset, train: source };
    // Wide, so that a step takes longer than to ask for memory to gather into.
    const model = mlp([28, 28], [784, 512, 10]);
    return withTrainer(engine, { ...STREAMED, dataset, model }, async (trainer) => {
      const { queue } = engine.device;
      let flying = 0;
      const done = queue.onSubmittedWorkDone.bind(queue);
      queue.onSubmittedWorkDone = () => {
        flying++;
        return done().then(() => {
          flying--;
          return undefined;
        });
      };
      const seen: number[] = [];
      source.before = () => {
        seen.push(flying);
      };
      await trainer.fit({ epochs: 1, chunk: 1, validate: false });
      // Never while two chunks wait; for the first there is no work yet, a later one may be late.
      assert.is(seen.length, 5);
      assert.ok(seen.every((chunks) => chunks <= 1) && seen[0] === 0, `in flight: ${seen}`);
      assert.ok(seen.filter((chunks) => chunks === 1).length >= 2, `in flight: ${seen}`);
    });
  }));

test('images beyond one binding are streamed of themselves; to have them resident is refused', () =>
  withQuickEngine(async (engine) => {
    const resident = await fitted(engine, TINY, { epochs: 1 });
    const most = 69 * 784;
    lowerLimits(engine, { maxStorageBufferBindingSize: most });
    assertSame(await fitted(engine, TINY, { epochs: 1 }), resident);
    await rejects(
      Trainer.create(engine, { ...TINY, data: 'resident' }),
      DataError,
      `70 images of 784 bytes are ${70 * 784} bytes; this device binds at most ${most}`,
      "data: 'streamed'",
    );
  }));

test('a batch of images that no binding can hold is refused with its size, and leaves nothing', () =>
  withQuickEngine(async (engine) => {
    const { labels, count } = train;
    const source: ImageSource = { labels, count, height: 70, width: 70, gather: () => {} };
    lowerLimits(engine, { maxStorageBufferBindingSize: 2 ** 18 });
    const options = {
      ...TINY,
      model: mlp([70, 70], [4900, 1, 10]),
      batchSize: 70,
      dataset: { ...TINY.dataset, train: source, test: source },
    };
    const text = `70 images of 4900 bytes needs ${70 * 4900} bytes in one binding; this device allows ${2 ** 18}`;
    await rejects(Trainer.create(engine, options), MemoryError, text, 'Use a smaller batch');
  }));

test('options of a stream that make no sense are refused with what is allowed', () =>
  withSharedEngine(async (engine) => {
    const create = (options: Partial<ImageOptions>) =>
      Trainer.create(engine, { ...TINY, ...options });
    await rejects(create({ streamBytes: 0 }), OptionError, 'streamBytes 0 was given', 'above 0');
    await rejects(create({ streamBytes: NaN }), OptionError, 'streamBytes NaN was given');
    const data = 'disk' as ImageOptions['data'] & string;
    await rejects(create({ data }), OptionError, 'data "disk" was given. It is one of \'auto\'');
    const dataset = { ...TINY.dataset, train: new Source(train) };
    await rejects(create({ dataset, data: 'resident' }), OptionError, 'given with a source');
    const few = { ...TINY.dataset, test: new Source({ ...tested, labels: new Uint8Array(3) }) };
    await rejects(create({ dataset: few }), DataError, 'a source and 3 labels', '20 labels');
  }));

test.run();
