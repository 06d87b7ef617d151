import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Model } from '../../src/nn/index.ts';
import { toOnnx } from '../../src/onnx/index.ts';
import { Random } from '../fuzz/random.ts';
import { inLongRun } from '../run/thorough.ts';
import { givenTo, LAYERS, NETWORKS, ODD, samplesFor } from './networks.ts';
import { randomParameters } from './parameters.ts';
import { distance, expected, outputsOf } from './runtime.ts';

/** ‖found − expected‖₂ / ‖expected‖₂ of each sample. float32 has 6e-8. */
const MOST = 1e-5;
const SAMPLES = 3;

/** How far ONNX Runtime is from the reference, for random weights and inputs. */
async function off(model: Model, seed: number): Promise<number> {
  const parameters = randomParameters(model, seed);
  const samples = samplesFor(model, SAMPLES, new Random(seed + 1));
  const file = toOnnx(model, parameters);
  const found = await outputsOf(file, givenTo(model, samples), [SAMPLES, ...model.inputShape]);
  return distance(found, expected(model, parameters, samples), SAMPLES);
}

for (const [name, models] of Object.entries(LAYERS)) {
  for (const [i, model] of models.entries()) {
    // Variations of a layer are in the long run.
    (i === 0 ? test : inLongRun(test))(
      `${name}, ${i}: ONNX Runtime computes what the reference does`,
      async () => {
        const found = await off(model, i + 1);
        assert.ok(found <= MOST, `${model.kind}: ${found}`);
      },
    );
  }
}

for (const [name, model] of Object.entries({ ...NETWORKS, 'odd ways': ODD })) {
  test(`${name}: ONNX Runtime computes what the reference does`, async () => {
    const found = await off(model, 7);
    assert.ok(found <= MOST, String(found));
  });
}

test.run();
