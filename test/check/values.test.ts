import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkChoice,
  checkFlag,
  checkFunction,
  checkInteger,
  checkKeys,
  describe,
  isArray,
  isNumbers,
  isObject,
  isPlain,
  looksLike,
  nearest,
} from '../../src/check.ts';
import { OptionError } from '../../src/errors.ts';

const values = suite('values of any kind');

function revoked(target: object): never {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as never;
}

class Own {
  x = 1;
}

values('objects are told from all else', () => {
  for (const object of [{}, { a: 1 }, Object.create(null), new Own()]) assert.ok(isObject(object));
  const others = [
    null,
    undefined,
    'a',
    1,
    () => {},
    [],
    new Map(),
    new Float32Array(1),
    revoked({}),
  ];
  for (const other of others) assert.not.ok(isObject(other));
  assert.equal([{}, Object.create(null), new Own(), new Map()].map(isPlain), [
    true,
    true,
    false,
    false,
  ]);
});

values('what looks like something has all of its properties, of their types', () => {
  const like = (value: unknown): boolean => looksLike(value, { length: 'number', at: 'function' });
  assert.ok(like([]));
  assert.not.ok(like({ length: 1 }));
  assert.not.ok(like({ length: '1', at: () => {} }));
  for (const value of [null, undefined, revoked({})]) assert.is(like(value), false);
});

values('numbers in a row are typed arrays and lists of numbers alone', () => {
  for (const row of [
    [],
    [1, 2],
    new Float32Array(2),
    new Uint8ClampedArray(1),
    new Float64Array(),
  ]) {
    assert.is(isNumbers(row), true);
  }
  const others = [
    ['1'],
    [1, '2'],
    [[1]],
    new BigInt64Array(1),
    new BigUint64Array(1),
    new DataView(new ArrayBuffer(1)),
  ];
  for (const other of [...others, 'ab', { length: 1, 0: 1 }, null, revoked([])]) {
    assert.is(isNumbers(other), false);
  }
  assert.equal(
    [[], {}, 'a', revoked([])].map((value) => isArray(value)),
    [true, false, false, false],
  );
});

values('each kind of value is described in at most 60 characters', () => {
  const named = (): void => {};
  for (const [value, text] of [
    ['a"b', '"a\\"b"'],
    ['x'.repeat(40), `"${'x'.repeat(40)}"`],
    ['x'.repeat(41), `"${'x'.repeat(39)}…"`],
    [Symbol('s'), 'a symbol'],
    [12n, '12n'],
    [named, 'the function named'],
    [(() => () => {})(), 'a function'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [0, '0'],
    [-0, '-0'],
    [NaN, 'NaN'],
    [[1, 2], 'an array of 2'],
    [new Float32Array(3), 'Float32Array of 3'],
    [new DataView(new ArrayBuffer(5)), 'DataView of 5'],
    [new Map(), 'a Map'],
    [new Own(), 'an object of class Own'],
    [{}, 'an empty object'],
    [{ a: 1, b: 2 }, '{ a, b }'],
    [revoked({}), 'an object that cannot be read'],
  ] as const) {
    assert.is(describe(value), text);
  }
  const keys = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`key${i}`, i]));
  assert.is(describe(keys).length, 60);
  assert.match(describe(keys), /^\{ key0, .*… \}$/);
});

function refused(work: () => void, text: string): void {
  assert.throws(
    work,
    (error: unknown) => {
      assert.instance(error, OptionError);
      assert.is((error as Error).message, text);
      return true;
    },
    text,
  );
}

values('what is refused is named, with what is allowed', () => {
  checkKeys('f()', { a: 1 }, ['a', 'b']);
  checkKeys('f()', {}, []);
  refused(
    () => checkKeys('f()', [1], ['a', 'b']),
    'f() takes an object of options, { a, b }; an array of 1 was given',
  );
  refused(
    () => checkKeys('f()', { zzzz: 1 }, ['a', 'b']),
    'f() has no option "zzzz". It takes a, b',
  );
  checkChoice('x', 'b', ['a', 'b']);
  refused(
    () => checkChoice('kind', 'rlu', ['relu', 'tanh']),
    "kind \"rlu\" was given; did you mean 'relu'? It is one of 'relu', 'tanh'",
  );
  refused(
    () => checkChoice('kind', 3, ['relu', 'tanh']),
    "kind 3 was given. It is one of 'relu', 'tanh'",
  );
  for (const good of [2, 5]) checkInteger('n', good, 2, 5);
  checkInteger('n', Number.MAX_SAFE_INTEGER, 0);
  for (const bad of [1, 6, 2.5, NaN, '3', null, undefined]) {
    refused(
      () => checkInteger('n', bad, 2, 5),
      `n ${describe(bad)} was given; use an integer from 2 to 5`,
    );
  }
  refused(() => checkInteger('n', -1, 0), 'n -1 was given; use an integer from 0 up');
  refused(
    () => checkInteger('n', 2 ** 53, 0),
    'n 9007199254740992 was given; use an integer from 0 up',
  );
  for (const good of [true, false, undefined]) checkFlag('on', good);
  for (const bad of [null, 1, 'true']) {
    refused(() => checkFlag('on', bad), `on ${describe(bad)} was given; it is true or false`);
  }
  for (const good of [undefined, () => {}]) checkFunction('f', good);
  for (const bad of [null, {}, 'f']) {
    refused(() => checkFunction('f', bad), `f ${describe(bad)} was given; it is a function`);
  }
});

values('the nearest name is found by its letters, its words and its beginning', () => {
  const names = ['learningRate', 'weightDecay', 'epsilon', 'betas', 'batch_size'];
  for (const [given, meant] of [
    ['learningrate', 'learningRate'],
    ['learning-rate', 'learningRate'],
    ['lr', 'learningRate'],
    ['bs', 'batch_size'],
    ['wd', 'weightDecay'],
    ['eps', 'epsilon'],
    // A letter too many, too few, another, two swapped.
    ['betass', 'betas'],
    ['beta', 'betas'],
    ['bexas', 'betas'],
    ['ebtas', 'betas'],
    ['weihgtDeacy', 'weightDecay'],
    ['', undefined],
    ['e', undefined],
    ['gamma', undefined],
    ['xyzas', undefined],
    ['momentum', undefined],
  ] as const) {
    assert.is(nearest(given, names), meant, given);
  }
  assert.is(nearest('ab', []), undefined);
  // Several that begin so, or whose words do, are none.
  assert.is(nearest('al', ['alphaOne', 'alphaTwo']), undefined);
  assert.is(nearest('ao', ['alphaOne', 'aprilOld']), undefined);
});

values.run();
