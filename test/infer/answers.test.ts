import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import {
  checkPredict,
  classesOf,
  type Outputs,
  type PredictOptions,
  probabilitiesOf,
} from '../../src/infer/answers.ts';

test('the class is the first of the largest, and NaN is never larger', () => {
  const outputs = Float32Array.of(1, 3, 3, NaN, 9, 9, 1, NaN, 2, -Infinity, -Infinity, -Infinity);
  assert.equal([...classesOf(outputs, 3)], [1, 0, 2, 0]);
});

test('probabilities are the softmax, also of logits whose powers no float holds', () => {
  const logits = Float32Array.of(0, Math.log(3), 1e30, -1e30, 88, 89, -3e38, -3e38);
  const got = probabilitiesOf(logits, 2);
  assert.ok(Math.abs(got[0] - 0.25) < 1e-7 && Math.abs(got[1] - 0.75) < 1e-7);
  assert.equal([...got.slice(2, 4)], [1, 0]);
  assert.is(got[5], Math.fround(1 / (1 + Math.exp(-1))));
  assert.equal([...got.slice(6)], [0.5, 0.5]);
  // Rounded once: each is within half a unit in the last place of the exact one.
  const row = Float32Array.of(0.3, -1.2, 2.5);
  const sum = row.reduce((total, z) => total + Math.exp(z), 0);
  assert.equal(
    probabilitiesOf(row, 3),
    row.map((z) => Math.exp(z) / sum),
  );
  assert.equal(probabilitiesOf(new Float32Array(), 3), new Float32Array());
});

test('a form that outputs do not have is refused, with what to do', () => {
  const logits: Outputs = { width: 3, loss: 'cross_entropy', target: 'label' };
  const unknown = { loss: undefined, target: undefined };
  const cases: readonly (readonly [object, Partial<Outputs>, string])[] = [
    [{ as: 'Class' }, {}, "did you mean 'class'?"],
    [{ ass: 'class' }, {}, 'did you mean as?'],
    [{ normalize: null }, {}, 'normalize null'],
    [{ as: 'class' }, { width: 1 }, 'a single output'],
    [{ as: 'class' }, { loss: 'mse', target: 'value' }, 'are numbers, not classes'],
    [{ as: 'probability' }, { loss: 'mse', target: 'input' }, 'are numbers, not classes'],
    [{ as: 'probability' }, { loss: 'mse' }, 'trained with mse are not logits'],
    [{ as: 'probability' }, unknown, "give Inference.create() loss: 'cross_entropy'"],
  ];
  for (const [options, more, text] of cases) {
    assert.throws(
      () => checkPredict(options as PredictOptions, { ...logits, ...more }),
      (error: Error) => error instanceof OptionError && error.message.includes(text),
      text,
    );
  }
  for (const as of ['output', 'class', 'probability'] as const) checkPredict({ as }, logits);
  checkPredict({ as: 'class' }, { ...logits, loss: 'mse' });
  checkPredict({ as: 'class', normalize: false }, { width: 3, ...unknown });
});

test.run();
