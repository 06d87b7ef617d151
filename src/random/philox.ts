/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

const low = (a: number, b: number): number => Math.imul(a, b) >>> 0;

function high(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowHigh = aLow * bHigh;
  // At most 2³² − 2, so no sum here exceeds 32 bits.
  const middle = ((aLow * bLow) >>> 16) + (lowHigh & 0xffff) + aHigh * bLow;
  return (aHigh * bHigh + (lowHigh >>> 16) + (middle >>> 16)) >>> 0;
}

/**
 * Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): four random
 * words as a function of a counter and a key. Gives the same words as shaders/random/philox.wgsl.
 */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [x0, x1, x2, x3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const y0 = (high(MULTIPLIER_1, x2) ^ x1 ^ k0) >>> 0;
    const y2 = (high(MULTIPLIER_0, x0) ^ x3 ^ k1) >>> 0;
    x1 = low(MULTIPLIER_1, x2);
    x3 = low(MULTIPLIER_0, x0);
    x0 = y0;
    x2 = y2;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [x0 >>> 0, x1, x2 >>> 0, x3];
}
