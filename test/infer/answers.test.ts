import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import {
  answersOf,
  checkPredict,
  classesOf,
  type Outputs,
  type PredictOptions,
  probabilitiesOf,
} from '../../src/infer/answers.ts';
import { bceWithLogits } from '../../src/nn/losses/bce-with-logits.ts';
import { crossEntropy } from '../../src/nn/losses/cross-entropy.ts';
import { huber } from '../../src/nn/losses/huber.ts';

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

test('outputs that were trained with bceWithLogits are logits of a yes or no each', () => {
  const outputs = Float32Array.of(0, -2, Math.log(3), 1e30);
  const yes: Outputs = { width: 1, loss: bceWithLogits(), target: 'value' };
  for (const as of ['output', 'class', 'probability'] as const) checkPredict({ as }, yes);
  assert.equal([...answersOf(outputs, yes, 'class')], [0, 0, 1, 1]);
  const chances = answersOf(outputs, yes, 'probability');
  assert.equal(
    [...chances].map((p) => Math.round(p * 1e6) / 1e6),
    [0.5, 0.119203, 0.75, 1],
  );
  assert.is(answersOf(outputs, yes, undefined), outputs);
  // Several: probabilities of each, but no class of all, unless they learn classes.
  for (const target of ['value', 'input'] as const) {
    const many: Outputs = { ...yes, width: 2, target };
    checkPredict({ as: 'probability' }, many);
    assert.throws(() => checkPredict({ as: 'class' }, many), /is its own yes or no/);
  }
  const classes: Outputs = { ...yes, width: 2, target: 'label' };
  checkPredict({ as: 'class' }, classes);
  assert.equal([...answersOf(outputs, classes, 'class')], [0, 1]);
});

test('softmax is of cross-entropies with options, too', () => {
  const loss = crossEntropy({ labelSmoothing: 0.1 });
  checkPredict({ as: 'probability' }, { width: 2, loss, target: 'label' });
  assert.throws(
    () => checkPredict({ as: 'probability' }, { width: 2, loss: huber(), target: 'label' }),
    /trained with huber are not logits/,
  );
});

test.run();
