/** Mulberry32: fast, and the same on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to below n. */
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** Numbers that break parsers, as bytes in either order. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 2 ** 40, 2 ** 53];

function extreme(random: Random): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(random.of(EXTREMES)), random.below(2) === 0);
  const size = random.of([1, 4, 8]);
  return new Uint8Array(view.buffer, random.below(9 - size), size);
}

/** A file with some mistakes: bytes changed, removed, inserted, repeated, numbers made extreme. */
export function spoil(bytes: Uint8Array, random: Random): Uint8Array {
  let out = Uint8Array.from(bytes);
  const times = 1 + random.below(4);
  for (let i = 0; i < times; i++) {
    // Headers are where mistakes matter.
    const near = random.below(3) > 0 ? Math.min(out.length, 300) : out.length;
    const at = random.below(near + 1);
    const length = random.below(random.of([2, 9, out.length + 1]));
    const kind = random.below(6);
    if (kind === 0 && at < out.length) out[at] ^= 1 << random.below(8);
    else if (kind === 1 && at < out.length) out[at] = random.below(256);
    else if (kind === 2) out = out.slice(0, at);
    else if (kind === 3) out = join(out.subarray(0, at), out.subarray(at + length));
    else if (kind === 4) out = join(out.subarray(0, at + length), out.subarray(at));
    else out = join(out.subarray(0, at), extreme(random), out.subarray(at + length));
  }
  return out;
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
