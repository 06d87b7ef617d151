/**
 * The generator sfc32 (Chris Doty-Humphrey's Small Fast Counter, 32 bits): integer operations only,
 * so the same seeds give the same numbers on every platform.
 */
export class Prng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Streams that differ in any of the three words are independent of each other. */
  constructor(a: number, b: number, c: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    // As many rounds as its author discards, after which the seeds are well mixed.
    for (let i = 0; i < 12; i++) this.word();
  }

  /** The next 32 random bits, as a number from 0 to 2^32 - 1. */
  word(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.word() / 2 ** 32;
  }

  /** Uniform in [low, high). */
  range(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Bell-shaped in (-1, 1), with standard deviation 1/3: the mean of three uniform numbers. */
  bell(): number {
    return ((this.unit() + this.unit() + this.unit()) * 2) / 3 - 1;
  }

  /** A whole number from 0 to below `count`. */
  index(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }
}
