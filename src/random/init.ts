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

/**
 * `count` normal floats of mean 0 by the method of Box and Muller (1958): the initial values of parameter number `stream`.
 * They are a function of (key, stream), and at most 6.7 deviations from 0.
 */
export function normal(
  count: number,
  deviation: number,
  stream: number,
  key: readonly [number, number],
): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    const words = philox([i / 4, 0, stream, INIT_DOMAIN], key);
    for (let lane = 0; lane < 4 && i + lane < count; lane++) {
      const pair = lane & 2;
      // Never 0, whose logarithm is infinite.
      const radius = Math.sqrt(-2 * Math.log((words[pair] + 1) * 2 ** -32));
      const angle = 2 * Math.PI * words[pair + 1] * 2 ** -32;
      values[i + lane] = deviation * radius * (lane & 1 ? Math.sin(angle) : Math.cos(angle));
    }
  }
  return values;
}
