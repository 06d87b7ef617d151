import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sharesText, sharesTitle } from '../../src/harness/page/inside/class-bars.ts';
import { sharesOf, shareText, sureness } from '../../src/harness/page/inside/pictures.ts';
import { meansOf, scoresOf } from '../../src/harness/page/inside/scores.ts';
import { gridOf } from '../../src/harness/page/inside/signed-pictures.ts';
import { Tested } from '../../src/harness/page/inside/tested.ts';
import { peaksOf, strongest } from '../../src/harness/worker/unit-study.ts';
import { unitWeights } from '../../src/harness/worker/unit-weights.ts';
import { conv2d, flatten, linear, maxPool2d, relu, Sequential } from '../../src/nn/layers.ts';
import { stateOf } from '../../src/nn/state.ts';
import { keyOf } from '../../src/random/domains.ts';

test('precision, recall and F1 are those of the confusion matrix, and nothing where nothing was counted', () => {
  // By hand: of class 0, 6 of 10 are found, and of 8 that are said to be 0, 6 are.
  const scores = scoresOf([
    [6, 4, 0],
    [2, 8, 0],
    [0, 0, 0],
  ]);
  assert.equal(scores[0], { images: 10, precision: 6 / 8, recall: 6 / 10, f1: 12 / 18 });
  assert.equal(scores[1], { images: 10, precision: 8 / 12, recall: 8 / 10, f1: 16 / 22 });
  assert.equal(scores[2], { images: 0, precision: null, recall: null, f1: null });
  // A class that is never said has no precision; its F1 is 0, as none was found.
  const [, never] = scoresOf([
    [3, 0],
    [2, 0],
  ]);
  assert.equal(never, { images: 2, precision: null, recall: 0, f1: 0 });
  const means = meansOf(scores);
  assert.is(means.images, 20);
  assert.is(means.precision, (6 / 8 + 8 / 12) / 2);
  assert.is(means.recall, (0.6 + 0.8) / 2);
  // In the mean, it counts as precision 0: as in scikit-learn's macro average.
  assert.is(
    meansOf(
      scoresOf([
        [3, 0],
        [2, 0],
      ]),
    ).precision,
    3 / 5 / 2,
  );
  assert.is(shareText(0.33, 'mse'), '0.33');
  assert.is(shareText(0.33, 'cross_entropy'), '33.0%');
  assert.equal(meansOf([]), { images: 0, precision: null, recall: null, f1: null });
});

test('outputs are called probabilities only if a softmax makes them', () => {
  assert.is(sharesTitle('cross_entropy'), 'Probability of each class');
  assert.is(sharesText('cross_entropy'), 'Probability of each class.');
  assert.is(sharesTitle('mse'), 'Output for each class');
  assert.match(sharesText('mse'), /no probabilities and need not sum to 1\.$/);
  // Nothing else in the page says what they are, but the explanation of dropout.
  assert.not.match(readFileSync('harness.html', 'utf8'), /probabilit/i);
});

const tested = new Tested(
  {
    // Outputs of a network with mse: shares as they are.
    outputs: Float32Array.of(
      ...[0.9, 0.1, 0],
      ...[0.2, 0.5, 0.4],
      ...[0, 0.6, 0.4],
      ...[0, 0.95, 0],
      ...[0.3, 0.3, 0.2],
    ),
    labels: Uint8Array.of(0, 2, 1, 0, 1),
    classes: ['hat', 'bag', 'shoe'],
    epochs: 2,
  },
  'mse',
);

test('mistakes begin with the most confident one, unsure images with the smallest lead', () => {
  assert.equal(tested.said, [0, 1, 1, 1, 0]);
  assert.equal(tested.matching({ kind: 'all' }), [0, 1, 2, 3, 4]);
  assert.equal(tested.matching({ kind: 'mistakes' }), [3, 1, 4]);
  assert.equal(tested.matching({ kind: 'unsure' }), [4, 1, 2, 0, 3]);
  assert.equal(tested.matching({ kind: 'cell', truth: 0, said: 1 }), [3]);
  assert.equal(tested.confusion(), [
    [1, 1, 0],
    [1, 1, 0],
    [0, 1, 0],
  ]);
  assert.is(tested.nameOf(2), 'shoe');
  assert.is(tested.nameOf(9), '9');
});

test('how sure a network is, is the largest of its shares and the lead over the next', () => {
  const row = [0.3, -2, 1.7, 1.7, 0];
  for (const loss of ['cross_entropy', 'mse'] as const) {
    for (const outputs of [row, [-1, 0.25, 3], [0.5, 0.2]]) {
      const [first, second] = sharesOf(outputs, loss).sort((a, b) => b - a);
      const { most, lead } = sureness(outputs, loss);
      assert.ok(Math.abs(most - first) < 1e-12 && Math.abs(lead - (first - second)) < 1e-12);
    }
  }
});

test('a unit’s peak is the largest value of its map, and the strongest images come first', () => {
  // [2 images, 3 places, 2 units].
  const rows = Float32Array.of(...[1, -5, 3, -2, 2, -9], ...[0, 4, -1, 8, 0.5, 6]);
  assert.equal([...peaksOf(rows, 2, 2)], [3, -2, 0.5, 8]);
  assert.equal(strongest([2, 5, 5, -1], 3), [1, 2, 0]);
});

test('a unit’s weights are pictures of what its layer sees', () => {
  const model = new Sequential(
    [6, 4],
    [conv2d(1, 3, 3, { padding: 1 }), relu(), maxPool2d(2), flatten(), linear(18, 5), linear(5, 2)],
  );
  const parameters = stateOf(
    model,
    new Map([...model.initialize(keyOf(3))].map(([name, values]) => [name, values])),
  );
  const kernel = unitWeights(model, parameters, '0', 2);
  assert.equal([kernel?.layer, kernel?.count, kernel?.height, kernel?.width], ['0', 1, 3, 3]);
  assert.equal(
    [...(kernel?.data ?? [])],
    [...(parameters.get('0.weight')?.data.subarray(18, 27) ?? [])],
  );
  // A pool behind an activation has the weights of the convolution.
  assert.is(unitWeights(model, parameters, '2', 1)?.layer, '0');
  // Behind flatten(), a picture of 3×2 for each of 3 channels.
  const flat = unitWeights(model, parameters, '4', 0);
  assert.equal([flat?.count, flat?.height, flat?.width], [3, 3, 2]);
  // A vector has no shape.
  const vector = unitWeights(model, parameters, '5', 1);
  assert.equal([vector?.count, vector?.height, vector?.width], [1, 1, 5]);
  assert.is(unitWeights(model, parameters, '4', 5), undefined);
  const last = new Sequential([2, 2, 2], [flatten({ channelsLast: true }), linear(8, 1)]);
  const own = new Map([
    ['1.weight', { shape: [1, 8], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) }],
  ]);
  assert.equal([...(unitWeights(last, own, '1', 0)?.data ?? [])], [0, 2, 4, 6, 1, 3, 5, 7]);
});

test('weights are laid out large, at least 28 pixels each, and a line becomes a block', () => {
  const one = gridOf({ data: [], count: 1, height: 28, width: 28 }, 500);
  assert.equal([one.scale, one.columns, one.rows], [10, 1, 1]);
  const many = gridOf({ data: [], count: 64, height: 7, width: 7 }, 300);
  assert.ok(many.scale * 7 >= 28 && many.columns * many.rows >= 64);
  const line = gridOf({ data: [], count: 1, height: 1, width: 10 }, 300);
  assert.equal([line.across, line.down], [4, 3]);
});

test.run();
