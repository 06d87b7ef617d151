import { SHUFFLE_DOMAIN } from './domains.ts';
import { philox, type Words } from './philox.ts';

/** Finaliser of MurmurHash3. */
function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Sides a and b of the shuffle's domain for n samples: a = ⌈√n⌉, b = ⌈n / a⌉. */
export function sidesOf(n: number): { a: number; b: number } {
  const a = Math.ceil(Math.sqrt(n));
  return { a, b: Math.ceil(n / a) };
}

function feistel(x: number, a: number, b: number, keys: Words): number {
  let l = Math.floor(x / b);
  let r = x % b;
  for (let i = 0; i < 4; i += 2) {
    l = (l + (mix(r ^ keys[i]) % a)) % a;
    r = (r + (mix(l ^ keys[i + 1]) % b)) % b;
  }
  return l * b + r;
}

/**
 * The order of an epoch: a keyed bijection of [0, n), identical to shaders/random/permute.wgsl, which explains it.
 *
 * @param domain the order's purpose; default the shuffle of an epoch
 * @returns a function from the position in the epoch to the sample
 */
export function shuffleOf(
  n: number,
  epoch: number,
  key: readonly [number, number],
  domain = SHUFFLE_DOMAIN,
): (position: number) => number {
  const { a, b } = sidesOf(n);
  const first = philox([epoch, 0, 0, domain], key);
  const second = philox([epoch, 1, 0, domain], key);
  return (position) => {
    let x = position;
    do {
      x = feistel(feistel(x, a, b, first), a, b, second);
    } while (x >= n);
    return x;
  };
}
