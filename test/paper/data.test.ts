import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInGarments } from '../../src/data/garments.ts';
import { DataError } from '../../src/errors.ts';
import { checkPaperData } from '../../src/harness/tasks/paper.ts';

test('only Fashion-MNIST as published, and drawn data that are marked, are set beside the paper', () => {
  checkPaperData({ name: 'Fashion-MNIST', synthetic: false });
  checkPaperData(builtInGarments({ train: 10, test: 10 }));
  assert.throws(
    () => checkPaperData({ name: 'own data', synthetic: false }),
    (error: unknown) =>
      error instanceof DataError && /are own data, .* or use train/.test(error.message),
  );
});

test.run();
