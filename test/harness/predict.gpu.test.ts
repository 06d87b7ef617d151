import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toBase64 } from '../../src/harness/base64.ts';
import { type PredictOutcome, predict } from '../../src/harness/tasks/predict.ts';
import { flatten, linear, Sequential } from '../../src/nn/layers.ts';
import type { State } from '../../src/nn/state.ts';
import { type ModelParts, saveModel } from '../../src/train/model-file/write.ts';

const IMAGE = { height: 1, width: 2, channels: 1 };

/** Two pixels, whose outputs are their weighed sums. */
const parts = (weight: readonly number[], more: object): ModelParts => ({
  model: new Sequential([1, 2], [flatten(), linear(2, weight.length / 2, { bias: false })]),
  parameters: new Map([
    ['1.weight', { shape: [weight.length / 2, 2], data: Float32Array.from(weight) }],
  ]) as State,
  image: IMAGE,
  ...more,
});

/** What the task says of two images beside a command that gives them. */
async function predicted(
  given: ModelParts,
  samples: object = { ...IMAGE, count: 2, base64: toBase64(Uint8Array.of(255, 0, 0, 51)) },
): Promise<PredictOutcome> {
  const bytes = await saveModel(given);
  const fetched = globalThis.fetch;
  globalThis.fetch = async () => new Response(bytes as Uint8Array<ArrayBuffer>);
  globalThis.gradweaveHost = async () => samples;
  try {
    return (await predict(new URLSearchParams(), () => {})) as PredictOutcome;
  } finally {
    globalThis.fetch = fetched;
    globalThis.gradweaveHost = undefined;
  }
}

const close = (got: readonly number[], wanted: readonly number[]): void => {
  assert.is(got.length, wanted.length);
  wanted.forEach((value, i) => {
    assert.ok(Math.abs(got[i] - value) < 1e-6, `${got} instead of ${wanted}`);
  });
};

test('a model that tells classes gives their probabilities', async () => {
  const { probabilities, outputs, classes } = await predicted(
    parts([2, 0, 0, 5], { loss: 'cross_entropy', classes: ['left', 'right'] }),
  );
  assert.ok(probabilities);
  // Logits (2, 0) and (0, 1).
  const softmax = (x: number): number[] => [1 / (1 + Math.exp(-x)), 1 / (1 + Math.exp(x))];
  close(outputs[0], softmax(2));
  close(outputs[1], softmax(-1));
  assert.equal(classes, [0, 1]);
});

test('one that gives values gives them as they are', async () => {
  const { probabilities, outputs, classes } = await predicted(
    parts([2, 0, 0, 5], { loss: 'mse', target: 'value' }),
  );
  assert.not.ok(probabilities);
  assert.is(classes, undefined);
  close(outputs[0], [2, 0]);
  close(outputs[1], [0, 1]);
});

test('a single output that no loss takes for a class is given as it is', async () => {
  const { probabilities, outputs, classes } = await predicted(parts([2, 5], {}));
  assert.not.ok(probabilities);
  assert.is(classes, undefined);
  close(outputs.flat(), [2, 1]);
});

test('numbers are samples, too', async () => {
  const numbers = Float32Array.of(1, 0, 0, 0.2);
  const { outputs } = await predicted(
    { ...parts([2, 0, 0, 5], { loss: 'mse', target: 'value' }), image: undefined },
    { count: 2, base64: toBase64(new Uint8Array(numbers.buffer)) },
  );
  close(outputs[0], [2, 0]);
  close(outputs[1], [0, 1]);
});

test.run();
