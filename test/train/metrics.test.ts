import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { RandomStream } from '../../src/random/stream.ts';
import { aucOf, scoresOf } from '../../src/train/auc.ts';
import { checkMetrics } from '../../src/train/check-metrics.ts';
import { measure } from '../../src/train/measure.ts';
import {
  type Answers,
  type Measurable,
  type Metric,
  needAnswers,
} from '../../src/train/metrics.ts';

const measured = (
  metrics: readonly Metric[],
  answers: Answers,
  more: Partial<Measurable> = {},
): ReturnType<typeof measure> =>
  measure(metrics, {
    loss: 'cross_entropy',
    target: 'label',
    confusion: null,
    answers,
    until: async (waited) => waited,
    ...more,
  });

const near = (got: number, wanted: number, what: string): void =>
  assert.ok(
    Math.abs(got - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)),
    `${what}: ${got}, not ${wanted}`,
  );

/** Rows of one-hot outputs for predicted classes. */
const hot = (predicted: readonly number[], width: number): Float32Array =>
  Float32Array.from({ length: predicted.length * width }, (_, i) =>
    Number(predicted[Math.floor(i / width)] === i % width),
  );

test('precision, recall and F1 are what a hand computes, from outputs and from a confusion matrix', async () => {
  // Truth 0 0 0 1 1 2, predicted 0 0 1 1 2 2.
  const answers = {
    outputs: hot([0, 0, 1, 1, 2, 2], 3),
    truth: Uint32Array.of(0, 0, 0, 1, 1, 2),
    width: 3,
  };
  const confusion = [
    [2, 1, 0],
    [0, 1, 1],
    [0, 0, 1],
  ];
  for (const matrix of [null, confusion]) {
    const { metrics, each } = await measured(['precision', 'recall', 'f1'], answers, {
      confusion: matrix,
    });
    assert.equal(each.precision, [1, 1 / 2, 1 / 2]);
    assert.equal(each.recall, [2 / 3, 1 / 2, 1]);
    assert.equal(each.f1, [4 / 5, 1 / 2, 2 / 3]);
    near(metrics.precision, 2 / 3, 'precision');
    near(metrics.recall, 13 / 18, 'recall');
    near(metrics.f1, 59 / 90, 'F1');
  }
});

test('a class that is never predicted has 0, one that is not there either is left out of the mean', async () => {
  const answers = { outputs: hot([0, 0, 3], 4), truth: Uint32Array.of(0, 1, 0), width: 4 };
  const { metrics, each } = await measured(['precision', 'recall', 'f1'], answers);
  assert.equal(each.precision, [1 / 2, 0, NaN, 0]);
  assert.equal(each.recall, [1 / 2, 0, NaN, 0]);
  assert.equal(each.f1, [1 / 2, 0, NaN, 0]);
  near(metrics.f1, 1 / 6, 'the mean over three classes');
});

/** All pairs of a positive and a negative, ties half. */
function areaByPairs(scores: ArrayLike<number>, positive: readonly boolean[]): number {
  let [won, pairs] = [0, 0];
  for (const [i, isPositive] of positive.entries()) {
    for (const [j, other] of positive.entries()) {
      if (!isPositive || other) continue;
      pairs++;
      won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  return won / pairs;
}

test('the area under the curve is the share of pairs, ties included, at any size', () => {
  assert.is(aucOf(Float64Array.of(0.1, 0.4, 0.35, 0.8), [false, false, true, true]), 0.75);
  assert.is(aucOf(Float64Array.of(1, 1, 1), [true, false, false]), 0.5);
  assert.is(aucOf(Float64Array.of(2, 1), [true, false]), 1);
  assert.is(aucOf(Float64Array.of(1, 2), [true, false]), 0);
  assert.equal(aucOf(Float64Array.of(1, 2), [true, true]), NaN);
  assert.equal(aucOf(Float64Array.of(1, 2), [false, false]), NaN);
  assert.equal(aucOf(new Float64Array(), []), NaN);
  assert.equal(aucOf(Float64Array.of(1, NaN), [true, false]), NaN);
  assert.is(aucOf(Float64Array.of(-Infinity, Infinity, 0), [false, true, true]), 1);
  const random = new RandomStream([8, 1]);
  for (const [count, levels] of [
    [2, 1],
    [50, 3],
    [200, 10],
    [300, 1e9],
  ]) {
    const scores = Float64Array.from({ length: count }, () => Math.round(random.signed() * levels));
    const positive = Array.from(
      { length: count },
      (_, i) => i === 0 || (i > 1 && random.signed() > 0.3),
    );
    assert.is(aucOf(scores, positive), areaByPairs(scores, positive), `${count} of ${levels}`);
  }
});

/** The softmax's probability of a class, in float64. */
function probability(logits: ArrayLike<number>, at: number, classes: number, c: number): number {
  const row = Array.from({ length: classes }, (_, i) => logits[at + i]);
  const most = Math.max(...row);
  const sum = row.reduce((total, z) => total + Math.exp(z - most), 0);
  return Math.exp(row[c] - most) / sum;
}

test('one class against the rest is ordered by the probabilities of the softmax', async () => {
  const random = new RandomStream([8, 2]);
  for (const classes of [2, 3, 7]) {
    const count = 120;
    const outputs = Float32Array.from({ length: count * classes }, () => 3 * random.signed());
    const truth = Uint32Array.from({ length: count }, (_, i) => i % classes);
    const { metrics, each } = await measured(['auc'], { outputs, truth, width: classes });
    const wanted = Array.from({ length: classes }, (_, c) =>
      areaByPairs(
        Array.from({ length: count }, (_, row) => probability(outputs, row * classes, classes, c)),
        Array.from(truth, (label) => label === c),
      ),
    );
    for (const [c, area] of wanted.entries()) near(each.auc[c], area, `class ${c} of ${classes}`);
    const mean = wanted.reduce((sum, area) => sum + area, 0) / classes;
    near(metrics.auc, classes === 2 ? wanted[1] : mean, `${classes} classes`);
  }
});

test('scores tell apart what probabilities round to 1, and stay finite for huge logits', () => {
  const scores = scoresOf(Float32Array.of(60, 0, 61, 0, 3e38, -3e38), 2);
  assert.equal([...scores.slice(0, 4)], [60, -60, 61, -61]);
  assert.ok(scores[4] > 5e38 && scores[5] < -5e38);
  // log(p / (1 − p)) of three classes.
  const logits = Float32Array.of(1, -2, 0.5);
  for (const [c, score] of scoresOf(logits, 3).entries()) {
    const p = probability(logits, 0, 3, c);
    near(score, Math.log(p / (1 - p)), `class ${c}`);
  }
  assert.equal([...scoresOf(Float32Array.of(7), 1)], [Infinity]);
});

test('outputs that were trained with mse are the scores themselves', async () => {
  const outputs = Float32Array.of(0.9, 0.8, 0.1, 0.2, 0.3, 0.1, 0.5, 0.4);
  const truth = Uint32Array.of(1, 0, 0, 1);
  const { metrics, each } = await measured(['auc'], { outputs, truth, width: 2 }, { loss: 'mse' });
  // Class 1: 0.8 and 0.4 against 0.2 and 0.1; class 0: 0.1 and 0.3 against 0.9 and 0.5.
  assert.is(metrics.auc, 1);
  assert.equal(each.auc, [0, 1]);
});

test('R² and MAE are what a hand computes, by output', async () => {
  const answers = {
    outputs: Float32Array.of(2.5, 1, 0, 1, 2, 1, 8, 1),
    truth: Float32Array.of(3, 1, -0.5, 1, 2, 1, 7, 1),
    width: 2,
  };
  const { metrics, each } = await measured(['r2', 'mae'], answers, {
    loss: 'mse',
    target: 'value',
  });
  // sklearn.metrics.r2_score([3, -0.5, 2, 7], [2.5, 0, 2, 8]) = 0.9486…; a constant that is met has 1.
  near(each.r2[0], 1 - 1.5 / 29.1875, 'R²');
  assert.is(each.r2[1], 1);
  assert.equal(each.mae, [0.5, 0]);
  near(metrics.r2, (each.r2[0] + 1) / 2, 'mean R²');
  assert.is(metrics.mae, 0.25);
  const missed = { outputs: Float32Array.of(1, 2), truth: Float32Array.of(0.1, 0.1), width: 1 };
  const constant = await measured(['r2'], missed, { loss: 'mse', target: 'value' });
  assert.is(constant.metrics.r2, 0);
});

test('R² and MAE of many numbers are those of formulas that are written otherwise', async () => {
  const random = new RandomStream([8, 3]);
  const [count, width] = [500, 3];
  const truth = Float32Array.from({ length: count * width }, () => 100 + random.signed());
  const outputs = truth.map((value) => value + 0.3 * random.signed());
  const { each } = await measured(['r2', 'mae'], { outputs, truth, width }, { target: 'value' });
  for (let c = 0; c < width; c++) {
    let [sumY, sumYY, sumOff, sumAbs] = [0, 0, 0, 0];
    for (let row = 0; row < count; row++) {
      const y = truth[row * width + c];
      const off = outputs[row * width + c] - y;
      sumY += y;
      sumYY += y * y;
      sumOff += off * off;
      sumAbs += Math.abs(off);
    }
    // n · Σe² / (n · Σy² − (Σy)²): cancels, so that some digits are lost.
    const r2 = 1 - (count * sumOff) / (count * sumYY - sumY * sumY);
    assert.ok(Math.abs(each.r2[c] - r2) < 1e-8, `${each.r2[c]} and ${r2}`);
    near(each.mae[c], sumAbs / count, 'MAE');
  }
});

test('targets of 0 and 1 have an area under the curve for each output; others are refused', async () => {
  const outputs = Float32Array.of(0.1, 0.9, 0.4, 0.6, 0.35, 0.2, 0.8, 0.7);
  const truth = Float32Array.of(0, 1, 0, 0, 1, 0, 1, 1);
  const mse = { loss: 'mse', target: 'value' } as const;
  const { metrics, each } = await measured(['auc'], { outputs, truth, width: 2 }, mse);
  assert.equal(each.auc, [0.75, 1]);
  assert.is(metrics.auc, 0.875);
  const other = { outputs, truth: truth.map((value) => value / 2), width: 2 };
  try {
    await measured(['auc'], other, mse);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, OptionError);
    assert.match((error as Error).message, 'targets of 0 and 1');
  }
});

test("a metric of one's own sees outputs and truth, may be async, and must give a number", async () => {
  const answers = { outputs: hot([1, 0], 2), truth: Uint32Array.of(1, 1), width: 2 };
  const right: Metric = {
    name: 'right',
    compute: async (outputs, truth, { count, outputs: width }) => {
      assert.equal([count, width], [2, 2]);
      return outputs[truth[0]] + outputs[width + truth[1]];
    },
  };
  assert.equal((await measured([right], answers)).metrics, { right: 1 });
  const none = { name: 'none', compute: () => 'much' } as unknown as Metric;
  try {
    await measured([none], answers);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, OptionError);
    assert.match((error as Error).message, 'the metric none returned "much"');
  }
});

test('outputs are needed unless the confusion matrix is enough', () => {
  const own: Metric = { name: 'own', compute: () => 1 };
  const matrix = { confusion: [[1]] };
  assert.not(needAnswers(['f1', 'precision', 'recall'], matrix));
  assert.not(needAnswers([], { confusion: null }));
  assert.ok(needAnswers(['f1'], { confusion: null }));
  for (const metric of ['auc', 'r2', 'mae', own] as const) assert.ok(needAnswers([metric], matrix));
});

test('metrics that are none, that have one name or that the target does not have are refused', () => {
  const compute = () => 1;
  const cases: readonly (readonly [unknown, 'label' | 'value', string])[] = [
    ['f1', 'label', 'metrics "f1" was given; use an array'],
    [['f2'], 'label', "did you mean 'f1'?"],
    [['f1', 'f1'], 'label', 'the name "f1" of a metric is taken'],
    [[{ name: 'f1', compute }], 'label', 'the name "f1" of a metric is taken'],
    [[{ name: 'loss', compute }], 'label', 'the name "loss" of a metric is taken'],
    [
      [
        { name: 'a', compute },
        { name: 'a', compute },
      ],
      'label',
      'the name "a" of a metric is taken',
    ],
    [[{ name: 'a', compute: 3 }], 'label', 'compute of the metric a 3 was given'],
    [[{ name: 'a' }], 'label', 'compute of the metric a null was given'],
    [[{ name: '', compute }], 'label', 'the name of a metric is ""'],
    [[{ name: 'a', compute, mode: 'max' }], 'label', 'a metric has no option "mode"'],
    [['mae'], 'label', 'the metric mae needs numbers'],
    [['recall'], 'value', 'the metric recall needs classes'],
    [[null], 'label', 'the metric null was given'],
  ];
  for (const [metrics, target, text] of cases) {
    assert.throws(
      () => checkMetrics(metrics, target),
      (error: Error) => error instanceof OptionError && error.message.includes(text),
      text,
    );
  }
  checkMetrics(['f1', 'auc', { name: 'own', compute }], 'label');
  checkMetrics(['r2', 'mae', 'auc'], 'value');
});

test.run();
