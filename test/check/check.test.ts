import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkChoice,
  checkInteger,
  checkKeys,
  describe,
  isNumbers,
  isObject,
  isTransferred,
  nearest,
} from '../../src/check.ts';
import { OptionError } from '../../src/errors.ts';

const KNOWN = ['learningRate', 'betas', 'epsilon', 'weightDecay'];

function refusal(run: () => void): string {
  try {
    run();
  } catch (error) {
    assert.instance(error, OptionError);
    return (error as Error).message;
  }
  return assert.unreachable('nothing was refused') as never;
}

test('an unknown key is refused with the nearest one and all that are known', () => {
  assert.match(
    refusal(() => checkKeys('adam()', { lr: 1 }, KNOWN)),
    'adam() has no option "lr"; did you mean learningRate? It takes learningRate, betas, epsilon, weightDecay',
  );
  assert.match(
    refusal(() => checkKeys('adam()', { learning_rate: 1 }, KNOWN)),
    'mean learningRate?',
  );
  assert.match(
    refusal(() => checkKeys('adam()', { eps: 1 }, KNOWN)),
    'mean epsilon?',
  );
  assert.not.match(
    refusal(() => checkKeys('adam()', { colour: 1 }, KNOWN)),
    'did you mean',
  );
  checkKeys('adam()', { betas: [0, 0] }, KNOWN);
});

test('an option that belongs elsewhere is refused with its place', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['Trainer.create()', 'validation', 'dataset'],
    ['Trainer.create()', 'classes', 'dataset'],
    ['Trainer.create()', 'inputs', 'dataset.train'],
    ['Trainer.create()', 'labels', 'dataset.train'],
    ['Trainer.create()', 'epochs', 'fit()'],
    ['Trainer.create()', 'metrics', 'fit()'],
    ['Trainer.create()', 'patience', 'stop'],
    ['Trainer.create()', 'learningRate', 'sgd() or adam()'],
    ['dataset', 'normalize', 'Trainer.create()'],
    ['dataset', 'labels', 'dataset.train'],
    ['train', 'validation', 'dataset'],
    ['train', 'batchSize', 'Trainer.create()'],
    ['fit()', 'batchSize', 'Trainer.create()'],
    ['fit()', 'restoreBest', 'stop'],
    ['stop', 'metrics', 'fit()'],
    ['dataset', 'signal', 'Trainer.create() or fit()'],
    ['sgd()', 'betas', 'adam()'],
    ['adamw()', 'momentum', 'sgd()'],
    ['evaluate()', 'batchSize', 'Trainer.create()'],
  ];
  for (const [what, key, place] of cases) {
    assert.is(
      refusal(() => checkKeys(what, { [key]: 1 }, ['a', 'b'])),
      `${what} has no option "${key}"; it belongs in ${place}. It takes a, b`,
    );
  }
  // What only sounds alike belongs nowhere else.
  assert.not.match(
    refusal(() => checkKeys('inference()', { weights: 1 }, ['batch'])),
    'belongs',
  );
});

test('what is no object of options is refused and described', () => {
  for (const wrong of [undefined, null, 3, 'x', [], new Map(), () => {}, Symbol('s'), 2n]) {
    assert.match(
      refusal(() => checkKeys('adam()', wrong, KNOWN)),
      'adam() takes an object of options',
    );
  }
});

test('a choice and an integer are refused with what is allowed', () => {
  assert.match(
    refusal(() => checkChoice('loss', 'crossentropy', ['mse', 'cross_entropy'])),
    `loss "crossentropy" was given; did you mean 'cross_entropy'? It is one of 'mse', 'cross_entropy'`,
  );
  assert.match(
    refusal(() => checkChoice('loss', undefined, ['mse'])),
    'loss undefined was given.',
  );
  for (const wrong of [0, 1.5, NaN, '3', null, undefined, 2n, 11]) {
    assert.match(
      refusal(() => checkInteger('batch', wrong, 1, 10)),
      'integer from 1 to 10',
    );
  }
});

test('a description is short, and never what is in an array', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const values = [
    'x'.repeat(1e6),
    new Float32Array(1e6),
    Array.from({ length: 1000 }, () => 'y'.repeat(1000)),
    Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${i}`, i])),
    new Map(),
    new (class Thing {})(),
    new DataView(new ArrayBuffer(8)),
    Object.create(null),
    Symbol('z'.repeat(1000)),
    revoked.proxy,
    10n ** 1000n,
    -0,
  ];
  for (const value of values) assert.ok(describe(value).length <= 60, describe(value));
  assert.is(describe(new Float32Array(3)), 'Float32Array of 3');
  assert.is(describe([1, 2]), 'an array of 2');
  assert.is(describe({ x: 1, y: 2 }), '{ x, y }');
  assert.not.ok(isObject(revoked.proxy));
});

test('the nearest name needs likeness', () => {
  assert.is(nearest('epoch', ['epochs', 'validate']), 'epochs');
  assert.is(nearest('lr', KNOWN), 'learningRate');
  assert.is(nearest('wd', KNOWN), 'weightDecay');
  assert.is(nearest('x'.repeat(1e6), KNOWN), undefined);
});

test('numbers are numbers all through, and memory that was transferred is said to be gone', () => {
  assert.ok(isNumbers([1, NaN]));
  assert.ok(isNumbers([]));
  assert.ok(isNumbers(new Float32Array(2)));
  const gaps = [1, 2, 3];
  delete gaps[1];
  for (const given of [gaps, new Array(3), [1, '2'], new BigInt64Array(1), { length: 1 }]) {
    assert.not.ok(isNumbers(given));
  }
  const bytes = new Uint8Array(8);
  assert.not.ok(isTransferred(bytes));
  assert.not.ok(isTransferred(new Uint8Array()));
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  assert.ok(isTransferred(bytes));
  assert.is(describe(bytes), 'Uint8Array of 0, whose memory was transferred');
});

test.run();
