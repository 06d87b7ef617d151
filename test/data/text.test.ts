import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { textDataset } from '../../src/data/text.ts';
import { hostTokens } from '../../src/data/tokens.ts';
import { DataError, OptionError } from '../../src/errors.ts';

const text = suite('text');

/** What kernels are given of a field. */
function gathered(host: ReturnType<typeof hostTokens>, samples: readonly number[]) {
  const { inputs, others } = host;
  const [into, wanted] = [inputs, ...others].map(
    ({ bytes }) => new Uint8Array(samples.length * bytes),
  );
  inputs.gather(Uint32Array.from(samples), into);
  others[0].gather(Uint32Array.from(samples), wanted);
  return {
    inputs: [...new Float32Array(into.buffer)],
    targets: [...new Uint32Array(wanted.buffer)],
  };
}

text(
  'characters are code points, numbered by their place in the sorted list of those that occur',
  () => {
    const { data, vocabulary, encode, decode } = textDataset('b𝒳a ba€', { length: 2 });
    assert.equal(vocabulary, [' ', 'a', 'b', '€', '𝒳']);
    assert.equal([...encode('a𝒳')], [1, 4]);
    assert.is(decode([4, 0, 2]), '𝒳 b');
    assert.is(decode(encode('b𝒳a ba€')), 'b𝒳a ba€');
    assert.equal([...data.train.tokens], [2, 4, 1, 0, 2, 1, 3]);
    assert.equal(data.classes, vocabulary);
  },
);

text('tokens have the narrowest type that holds the vocabulary', () => {
  const many = (count: number): string =>
    Array.from({ length: count }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  assert.instance(textDataset(many(256), { length: 2 }).data.train.tokens, Uint8Array);
  assert.instance(textDataset(many(257), { length: 2 }).data.train.tokens, Uint16Array);
});

text('a share of the end is held out, and a vocabulary may be that of another text', () => {
  const { data, encode } = textDataset('abcabcabca', { length: 2, validation: 0.3, stride: 2 });
  assert.is(data.train.tokens.length, 7);
  assert.is(data.test?.tokens.length, 3);
  const other = textDataset('cab', { length: 2, vocabulary: ['c', 'b', 'a'] });
  assert.equal([...other.data.train.tokens], [0, 2, 1]);
  assert.throws(
    () => encode('abd'),
    (error: unknown) => error instanceof DataError && /"d" at 2/.test(error.message),
  );
});

text(
  'sample i is the tokens from i · stride on, and its targets are the tokens behind them',
  () => {
    const tokens = Uint16Array.of(5, 6, 7, 8, 9, 1, 2);
    const every = hostTokens('train', { tokens, length: 3 }, 3, 10);
    assert.is(every.count, 4);
    assert.equal(gathered(every, [3, 0]), {
      inputs: [8, 9, 1, 5, 6, 7],
      targets: [9, 1, 2, 6, 7, 8],
    });
    const apart = hostTokens('train', { tokens, length: 3, stride: 3 }, 3, 10);
    assert.is(apart.count, 2);
    assert.equal(gathered(apart, [1]), { inputs: [8, 9, 1], targets: [9, 1, 2] });
  },
);

text('what cannot be a data set of tokens is refused with what is needed', () => {
  const refused = (
    make: () => unknown,
    kind: typeof DataError | typeof OptionError,
    message: string,
  ) =>
    assert.throws(make, (error: unknown) => {
      assert.instance(error, kind);
      assert.ok((error as Error).message.includes(message), (error as Error).message);
      return true;
    });
  const tokens = Uint8Array.of(0, 1, 2, 3);
  const host =
    (split: object, length = 2, classes = 4) =>
    () =>
      hostTokens('train', { tokens, length: 2, ...split }, length, classes);
  refused(
    host({ tokens: [1, 2, 3] }),
    DataError,
    'use a Uint8Array, a Uint16Array or a Uint32Array',
  );
  refused(host({}, 3), OptionError, 'length 2 was given; the model takes 3');
  refused(host({ stride: 0 }), OptionError, 'stride 0');
  refused(host({ stide: 1 }), OptionError, 'stride');
  refused(host({}, 2, 3), DataError, 'sample 3 has label 3');
  refused(host({ tokens: tokens.subarray(0, 2) }), DataError, 'need 3');
  const long = new Uint8Array(2 ** 21 + 1024);
  refused(host({ tokens: long, length: 1024 }, 1024), DataError, 'Use stride: 2 or more');
  refused(() => textDataset('ab', { length: 2 }), DataError, 'the text has 2 characters; a sample');
  refused(
    () => textDataset('abcabc', { length: 2, validation: 0.2 }),
    DataError,
    'of which validation: 0.2 leaves 5 to train and 1 to test; a sample of length 2',
  );
  refused(() => textDataset('abc', { length: 2, validation: 1 }), OptionError, 'validation 1');
  refused(() => textDataset('abc', { length: 0 }), OptionError, 'length 0');
  refused(() => textDataset('abc', { length: 2, vocabulary: ['ab'] }), OptionError, 'vocabulary');
  refused(() => textDataset('abc', { length: 2, vocabulary: ['a', 'b'] }), DataError, '"c" at 2');
});

text.run();
