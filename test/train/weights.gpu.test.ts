import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type WritableTensor, writeSafetensors } from '../../src/data/safetensors.ts';
import { DataError } from '../../src/errors.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { readWeights, weightsOf } from '../../src/train/weights.ts';
import { withSharedEngine } from '../gpu/helpers.ts';
import { bitsOf, small, withTrainer } from './helpers.ts';

test('weights that are written and read again are the same bits', () =>
  withSharedEngine(async (engine) => {
    const [bytes, bits] = await withTrainer(engine, small(), async (trainer) => {
      await trainer.steps(2);
      return [await weightsOf(trainer, { note: 'two steps' }), await bitsOf(trainer)] as const;
    });
    await withTrainer(engine, small({ seed: 8 }), async (trainer) => {
      trainer.load(readWeights(bytes, small().model));
      assert.equal(await bitsOf(trainer), bits);
    });
  }));

test('a file that is not of the model is refused by what differs', () => {
  const model = new Sequential([2], [linear(2, 3), relu(), linear(3, 1)]);
  const good = new Map<string, WritableTensor>(
    model.named.map(([name, { shape }]) => [
      name,
      { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) },
    ]),
  );
  const file = (change: Record<string, WritableTensor | undefined>): Uint8Array =>
    writeSafetensors(
      new Map(
        Object.entries({ ...Object.fromEntries(good), ...change }).flatMap(([name, tensor]) =>
          tensor ? [[name, tensor] as const] : [],
        ),
      ),
    );
  assert.equal([...readWeights(file({}), model).keys()], [...good.keys()]);
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [file({ '2.bias': undefined }), /no 2\.bias.*\[1\]/],
    [
      file({ '4.bias': { shape: [1], data: new Float32Array(1) } }),
      /4\.bias \(F32 \[1\]\), which this model does not have/,
    ],
    [
      file({ '2.weight': { shape: [3, 1], data: new Float32Array(3) } }),
      /2\.weight as F32 \[3, 1\].*\[1, 3\]/,
    ],
    [file({ '2.bias': { shape: [1], data: new Int32Array(1) } }), /2\.bias as I32/],
    [file({ '0.bias': { shape: [3], data: Float32Array.of(0, NaN, 0) } }), /NaN in 0\.bias at 1/],
    [file({ '0.bias': { shape: [3], data: Float32Array.of(NaN, 0, 0) } }), /NaN in 0\.bias at 0/],
    [
      file({ '0.bias': { shape: [3], data: Float32Array.of(0, 0, -Infinity) } }),
      /-Infinity in 0\.bias at 2/,
    ],
    [new Uint8Array([1, 2, 3]), /3 bytes/],
  ];
  for (const [bytes, text] of cases) {
    try {
      readWeights(bytes, model);
      assert.unreachable(String(text));
    } catch (error) {
      assert.instance(error, DataError);
      assert.match(String(error), text);
    }
  }
});

test.run();
