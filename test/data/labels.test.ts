import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describe } from '../../src/check.ts';
import { checkLabels } from '../../src/data/labels.ts';
import { piecesOf } from '../../src/data/pieces.ts';
import { labelsOf } from '../../src/data/rows.ts';
import { DataError, OptionError } from '../../src/errors.ts';

const labels = suite('labels');

function refused(given: readonly number[], classes: number, text: RegExp): void {
  assert.throws(
    () => checkLabels('train', given, classes),
    (error: unknown) => error instanceof DataError && text.test(error.message),
    `${given.map(describe)} of ${classes}`,
  );
}

labels('each class from 0 to the last is one, and nothing else is', () => {
  checkLabels('train', [0, 1, 2], 3);
  checkLabels('train', [], 3);
  checkLabels('train', [0], 1);
  for (const wrong of [3, -1, 0.5, NaN, Infinity]) {
    refused([wrong, 1], 3, /^train: sample 0 has label/);
    refused([0, 1, wrong], 3, /^train: sample 2 has label .*; with 3 classes .* from 0 to 2\./);
  }
  for (const wrong of ['1', 1n, null, undefined, Symbol('x'), Object.create(null), [1]]) {
    refused([0, wrong as never, 1], 3, /sample 1 has label/);
  }
  refused([0, 0x3f800000, 0x40000000], 3, /look like floats: upload a Uint32Array/);
  // The first of several is named.
  refused([0, 7, 8, 1], 3, /sample 1 has label 7/);
  refused([0, 1], 1, /with 1 class a label/);
});

labels('an ignored label need not be a class, in any form; others still must', () => {
  checkLabels('train', [0, -100, 2], 3, -100 >>> 0);
  checkLabels('train', Uint32Array.of(0, -100, 2), 3, -100 >>> 0);
  checkLabels('train', Uint8Array.of(255, 255), 3, 255);
  assert.equal(
    [...labelsOf('train', [1, -100], 2, 3, { ignored: -100 >>> 0 })],
    [1, 2 ** 32 - 100],
  );
  assert.throws(() => checkLabels('train', [-100, 0, 3], 3, -100 >>> 0), /sample 2 has label 3/);
  assert.throws(() => checkLabels('train', [-100, -1], 3, -100 >>> 0), /sample 1 has label -1/);
});

labels(
  'labels that run from 1 to the number of classes are known to begin at 1, others are not',
  () => {
    refused([2, 1, 3], 3, /begin at 1: subtract 1/);
    refused([3, 2, 1], 3, /begin at 1: subtract 1/);
    for (const given of [
      [0, 1, 3],
      [2, 3],
      [1, 2, 4],
      [1, 4],
    ]) {
      refused(given, 3, /Add classes, or correct the labels/);
    }
  },
);

labels('as many labels are needed as there are samples, in an array', () => {
  assert.equal(labelsOf('train.labels', [1, 0], 2, 2), Uint32Array.of(1, 0));
  for (const count of [1, 3]) {
    assert.throws(
      () => labelsOf('train.labels', [1, 0], count, 2),
      (error: unknown) => error instanceof DataError && /2 were given for/.test(error.message),
    );
  }
  assert.throws(
    () => labelsOf('train.labels', 'ab' as never, 2, 2),
    (error: unknown) => error instanceof OptionError && /class numbers/.test(error.message),
  );
});

labels('samples are gone through in pieces, each once', () => {
  for (const [count, lengths] of [
    [1, [1]],
    [1024, [1024]],
    [1025, [1024, 1]],
    [2500, [1024, 1024, 452]],
  ] as const) {
    const pieces = [...piecesOf(count)];
    assert.equal(
      pieces.map(({ length }) => length),
      lengths,
    );
    assert.equal(
      pieces.flatMap((piece) => [...piece]),
      Array.from({ length: count }, (_, i) => i),
    );
  }
});

labels.run();
