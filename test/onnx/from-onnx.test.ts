import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sizeOf } from '../../src/graph/tensor.ts';
import { fromOnnx, toOnnx } from '../../src/onnx/index.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { Random } from '../fuzz/random.ts';
import { LAYERS, NETWORKS, samplesFor } from './networks.ts';
import { randomParameters } from './parameters.ts';
import { distance, expected } from './runtime.ts';

const SAMPLES = 3;

/** Networks whose operators no layer reads back, and what the message lists. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  rmsNorm: /Mul of two values|ReduceMean/,
  causalSelfAttention: /Split/,
  unembedding: /Split/,
  'a character transformer': /Split/,
  'softplus, 1': /the function of Mul, Greater, Mul, Softplus, Div, Where/,
  'avgPool2d, 3': /AveragePool with pads 1,1 before and 2,1 after/,
  'avgPool2d, 4': /AveragePool with pads 1,0 before and 2,0 after/,
  'avgPool1d, 1': /AveragePool with pads 1 before and 2 after/,
};

const NAMED = [
  ...Object.entries(LAYERS).flatMap(([name, models]) =>
    models.map((model, i) => [name, `${name}, ${i}`, model] as const),
  ),
  ...Object.entries(NETWORKS).map(([name, model]) => [name, name, model] as const),
];

for (const [name, title, model] of NAMED) {
  test(`${title}: written and read, it is the same network`, async () => {
    const parameters = randomParameters(model);
    const file = toOnnx(model, parameters);
    const refused = REFUSED[name] ?? REFUSED[title];
    if (refused) {
      assert.throws(() => fromOnnx(file), refused);
      return;
    }
    const read = fromOnnx(file);
    const samples = samplesFor(model, SAMPLES, new Random(3));
    const wanted = expected(model, parameters, samples);
    assert.is(sizeOf(read.model.inputShape), sizeOf(model.inputShape));
    const found = expected(read.model, read.parameters, samples);
    assert.ok(distance(found, wanted, SAMPLES) < 1e-6, `${distance(found, wanted, SAMPLES)}`);
    // Further trained, it is kept as a model file.
    const again = await saveModel({ model: read.model, parameters: read.parameters });
    if (name === 'layer') {
      // A factor is a layer that the package does not export.
      assert.throws(() => readModel(again), /a layer "scaled by [\d.]+" of its author's own/);
      return;
    }
    const kept = readModel(again);
    assert.is(kept.model.kind, read.model.kind);
    assert.equal([...expected(kept.model, kept.parameters, samples)], [...found]);
  });
}

test.run();
