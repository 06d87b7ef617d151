import { philox } from './philox.ts';

/** A sequence of random numbers on the CPU, for tests and verification: Philox with a rising counter. */
export class RandomStream {
  readonly #key: readonly [number, number];
  #count = 0;

  constructor(key: readonly [number, number]) {
    this.#key = key;
  }

  /** A 32-bit word. */
  word(): number {
    return philox([this.#count++, 0, 0, 0], this.#key)[0];
  }

  /** An integer from 0 to n − 1. */
  below(n: number): number {
    return Math.floor((this.word() / 2 ** 32) * n);
  }

  /** A float32 from −1 to 1. */
  signed(): number {
    return Math.fround(this.word() / 2 ** 31 - 1);
  }
}
