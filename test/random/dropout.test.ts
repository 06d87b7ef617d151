import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { DROPOUT_DOMAIN } from '../../src/random/domains.ts';
import { dropoutRate, keptElements } from '../../src/random/dropout.ts';
import { philox } from '../../src/random/philox.ts';

const dropout = suite('dropout');

const KEY = [11, 0] as const;
const sum = (kept: Uint8Array): number => kept.reduce((total, one) => total + one, 0);

dropout('the threshold is p · 2³², rounded, and the scale keeps the mean', () => {
  assert.equal(dropoutRate(0), { threshold: 0, scale: 1 });
  assert.equal(dropoutRate(0.5), { threshold: 2 ** 31, scale: 2 });
  assert.equal(dropoutRate(0.25), { threshold: 2 ** 30, scale: 4 / 3 });
  assert.is(dropoutRate(0.2).threshold, 858993459);
  for (const p of [1e-9, 0.1, 0.2, 1 / 3, 0.9, 1 - 2 ** -32]) {
    const { threshold, scale } = dropoutRate(p);
    assert.ok(Math.abs(threshold / 2 ** 32 - p) <= 2 ** -33, `${p}`);
    assert.ok(Math.abs(scale * (1 - threshold / 2 ** 32) - 1) < 1e-15, `${p}`);
  }
});

dropout('refuses probabilities outside [0, 1), and those that round to 1', () => {
  for (const p of [-0.1, -1e-12, 1, 1 - 2 ** -40, 1.5, Number.NaN, Infinity]) {
    assert.throws(
      () => dropoutRate(p),
      (error: unknown) =>
        error instanceof OptionError &&
        error.message === `dropout ${p} was given; it is a probability from 0 to below 1`,
      `p = ${p}`,
    );
  }
});

for (const p of [0.05, 0.2, 0.5, 0.9]) {
  dropout(`drops ${p} of a million elements, within 4.5 deviations (p < 1e-5)`, () => {
    const count = 1_000_000;
    const { threshold } = dropoutRate(p);
    const kept = sum(keptElements(1000, 1000, threshold, 0, 0, KEY));
    const deviation = Math.sqrt(count * p * (1 - p));
    assert.ok(Math.abs(count - kept - p * count) < 4.5 * deviation, `dropped ${count - kept}`);
  });
}

dropout('keeps an element whose word is the threshold, and drops it just below', () => {
  const [word] = philox([0, 5, 2, DROPOUT_DOMAIN], KEY);
  assert.is(keptElements(1, 1, word, 2, 5, KEY)[0], 1);
  assert.is(keptElements(1, 1, word + 1, 2, 5, KEY)[0], 0);
});

dropout('keeps everything at rate 0', () => {
  assert.is(sum(keptElements(7, 9, 0, 0, 0, KEY)), 63);
});

dropout(
  'masks of different layers, steps or seeds are independent; the same give the same mask',
  () => {
    const p = 0.2;
    const { threshold } = dropoutRate(p);
    const mask = (layer: number, step: number, key: readonly [number, number]): Uint8Array =>
      keptElements(100, 200, threshold, layer, step, key);
    const first = mask(0, 0, KEY);
    assert.equal(mask(0, 0, KEY), first);
    const expected = 2 * p * (1 - p);
    const deviation = Math.sqrt((expected * (1 - expected)) / 20_000);
    for (const other of [
      mask(1, 0, KEY),
      mask(0, 1, KEY),
      mask(0, 0, [12, 0]),
      mask(0, 0, [11, 1]),
    ]) {
      const differing = other.filter((kept, i) => kept !== first[i]).length / 20_000;
      assert.ok(Math.abs(differing - expected) < 4.5 * deviation, `${differing} differ`);
    }
  },
);

dropout('numbers elements as they are stored: rows padded to four', () => {
  const threshold = 2 ** 31;
  const kept = keptElements(3, 5, threshold, 4, 9, KEY);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 5; column++) {
      const words = philox([row * 2 + Math.floor(column / 4), 9, 4, DROPOUT_DOMAIN], KEY);
      assert.is(
        kept[row * 5 + column],
        words[column % 4] >= threshold ? 1 : 0,
        `${row}, ${column}`,
      );
    }
  }
});

dropout.run();
