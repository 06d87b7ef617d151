import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PARTS, partsOf, roundsOf, sizesOf } from '../../src/bench/context.ts';
import { trainingFlop } from '../../src/bench/flop.ts';
import { gemmRow } from '../../src/bench/gemm.ts';
import { hashOf } from '../../src/bench/hash.ts';
import { perceptron } from '../../src/bench/networks/index.ts';
import { OptionError } from '../../src/errors.ts';

const isOptionError = (error: unknown): boolean => error instanceof OptionError;

test('parts come in their own order, all when none is named', () => {
  assert.equal(partsOf(undefined), PARTS);
  assert.equal(partsOf(''), PARTS);
  assert.equal(partsOf('gemm, steps'), ['steps', 'gemm']);
});

test('a part that is none is told, with those that are', () => {
  assert.throws(
    () => partsOf('steps,gem'),
    (error: Error) =>
      isOptionError(error) &&
      /'gem' is not a part.*steps, cnn, transformer, epoch, guards, dispatches, repeat, gemm/.test(
        error.message,
      ),
  );
});

test('sizes depend on the adapter where none are given', () => {
  assert.equal(sizesOf(null, true), [256, 512, 1024]);
  assert.equal(sizesOf('auto', false), [256, 512, 1024, 2048]);
  assert.equal(sizesOf('64,100', true), [64, 100]);
  for (const bad of ['', '0', '1.5', '64,x', '9000']) {
    assert.throws(() => sizesOf(bad, true), isOptionError);
  }
});

test('rounds are a positive integer', () => {
  assert.is(roundsOf(null), 5);
  assert.is(roundsOf('3'), 3);
  for (const bad of ['0', '-1', '2.5', 'x']) assert.throws(() => roundsOf(bad), isOptionError);
});

test('the paper’s network takes 454,400 operations a sample', () => {
  assert.is(trainingFlop(perceptron([784, 128, 64, 10], 0.2).layers, [28, 28]), 454_400);
  assert.is(trainingFlop(perceptron([3, 2], 0).layers, [3]), 2 * 2 * 3 * 2);
});

test('the first row of a product is right in all three layouts', () => {
  const a = Float32Array.of(1, 2, 3, 4);
  assert.equal([...gemmRow('NN', 2, a)], [1 * 1 + 2 * 3, 1 * 2 + 2 * 4]);
  assert.equal([...gemmRow('NT', 2, a)], [1 * 1 + 2 * 2, 1 * 3 + 2 * 4]);
  assert.equal([...gemmRow('TN', 2, a)], [1 * 1 + 3 * 3, 1 * 2 + 3 * 4]);
});

test('a hash tells one bit', async () => {
  const zero = await hashOf([Float32Array.of(1, 0)]);
  assert.match(zero, /^[0-9a-f]{16}$/);
  assert.is(zero, await hashOf([Float32Array.of(1), Float32Array.of(0)]));
  assert.is.not(zero, await hashOf([Float32Array.of(1, -0)]));
});

test.run();
