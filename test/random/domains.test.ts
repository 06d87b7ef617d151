import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import {
  AUGMENT_DOMAIN,
  DROPOUT_DOMAIN,
  GENERATE_DOMAIN,
  HOLDOUT_DOMAIN,
  INIT_DOMAIN,
  keyOf,
  SHUFFLE_DOMAIN,
  SWEEP_DOMAIN,
} from '../../src/random/domains.ts';

const domains = suite('domains');

domains('a key is the low and the high 32 bits of the seed', () => {
  assert.equal(keyOf(0), [0, 0]);
  assert.equal(keyOf(1), [1, 0]);
  assert.equal(keyOf(2 ** 32 - 1), [0xffffffff, 0]);
  assert.equal(keyOf(2 ** 32), [0, 1]);
  assert.equal(keyOf(2 ** 53 - 1), [0xffffffff, 0x1fffff]);
});

domains('refuses seeds that are not integers from 0 to 2^53 - 1', () => {
  for (const seed of [-1, 0.5, 2 ** 53, Number.NaN, Infinity, -Infinity]) {
    assert.throws(
      () => keyOf(seed),
      (error: unknown) =>
        error instanceof OptionError &&
        error.message === `seed ${seed} was given; a seed is an integer from 0 to 2^53 - 1`,
      `seed ${seed}`,
    );
  }
});

domains('each use of a seed has its own domain, and none has 0, which is for test streams', () => {
  const all = [
    INIT_DOMAIN,
    SHUFFLE_DOMAIN,
    DROPOUT_DOMAIN,
    HOLDOUT_DOMAIN,
    AUGMENT_DOMAIN,
    GENERATE_DOMAIN,
    SWEEP_DOMAIN,
  ];
  assert.is(new Set([0, ...all]).size, 8);
});

domains.run();
