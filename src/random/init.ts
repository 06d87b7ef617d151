import { INIT_DOMAIN } from './domains.ts';
import { philox } from './philox.ts';

/**
 * `count` floats, uniform in [−bound, bound): the initial values of parameter number `stream`. They are a function of
 * (key, stream).
 */
export function uniform(
  count: number,
  bound: number,
  stream: number,
  key: readonly [number, number],
): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    const words = philox([i / 4, 0, stream, INIT_DOMAIN], key);
    for (let lane = 0; lane < 4 && i + lane < count; lane++) {
      // 24 bits, so every value is exact in float32 before it is scaled.
      values[i + lane] = ((words[lane] >>> 8) * 2 ** -23 - 1) * bound;
    }
  }
  return values;
}
