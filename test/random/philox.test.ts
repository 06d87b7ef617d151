import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { philox, type Words } from '../../src/random/philox.ts';
import { RandomStream } from '../../src/random/stream.ts';

const random = suite('philox');

const hex = (words: readonly number[]): string =>
  words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

// "philox4x32 10" of kat_vectors in Random123, the distribution of the authors.
const KNOWN: readonly (readonly [Words, readonly [number, number], string])[] = [
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    '408f276d 41c83b0e a20bc7c6 6d5451fd',
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
];

for (const [counter, key, expected] of KNOWN) {
  random(`gives the published words for counter ${hex(counter)} and key ${hex(key)}`, () => {
    assert.is(hex(philox(counter, key)), expected);
  });
}

random('gives unsigned 32-bit words', () => {
  for (let i = 0; i < 1000; i++) {
    for (const word of philox([i, 0, 0, 0], [1, 2])) {
      assert.ok(Number.isInteger(word) && word >= 0 && word < 2 ** 32, `${word}`);
    }
  }
});

random('changes about half of the bits if one bit of the counter or the key changes', () => {
  const base = philox([5, 6, 7, 8], [9, 10]);
  let flipped = 0;
  let cases = 0;
  for (let at = 0; at < 6; at++) {
    for (let bit = 0; bit < 32; bit++) {
      const input = [5, 6, 7, 8, 9, 10];
      input[at] = (input[at] ^ (1 << bit)) >>> 0;
      const [a, b, c, d, k0, k1] = input;
      philox([a, b, c, d], [k0, k1]).forEach((word, i) => {
        for (let x = (word ^ base[i]) >>> 0; x !== 0; x &= x - 1) flipped++;
      });
      cases++;
    }
  }
  // 192 · 128 fair coins: the mean 1/2 with a deviation of 0.0032; five of them.
  const share = flipped / (cases * 128);
  assert.ok(Math.abs(share - 0.5) < 0.016, `${share}`);
});

random('a stream counts up the first word of the counter', () => {
  const stream = new RandomStream([3, 4]);
  const words = [stream.word(), stream.word(), stream.word()];
  assert.equal(
    words,
    [0, 1, 2].map((i) => philox([i, 0, 0, 0], [3, 4])[0]),
  );
});

random('a stream keeps integers below n and reals within ±1', () => {
  const stream = new RandomStream([1, 0]);
  const seen = new Set<number>();
  for (let i = 0; i < 500; i++) {
    seen.add(stream.below(7));
    const real = stream.signed();
    assert.ok(real >= -1 && real <= 1 && Math.fround(real) === real, `${real}`);
  }
  assert.equal([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

random.run();
