import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './sha256.ts';

/** A tensor in PyTorch's layout, as of `trainer.parameters()`. */
interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** All NaNs are this one: what computed them is not told by their other bits. */
const NAN_BITS = 0x7fc00000;

/**
 * The digest of a network's weights, state such as a batch norm's included: the SHA-256 of
 * 1. the canonical JSON of `[[NAME, SHAPE], …]`, sorted by name as UTF-16 code units,
 * 2. a newline,
 * 3. in the same order, each tensor's values as float32, the lowest byte first; every NaN is 0x7fc00000.
 *
 * @param weights in PyTorch's names and layout, as `trainer.parameters()` gives them
 */
export async function digestOf(weights: ReadonlyMap<string, Weight>): Promise<string> {
  const sorted = [...weights].sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name, { shape }]) => [name, [...shape]]);
  const head = new TextEncoder().encode(`${canonicalJson(names)}\n`);
  const count = sorted.reduce((sum, [, { data }]) => sum + data.length, 0);
  const bytes = new Uint8Array(head.length + 4 * count);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  let at = head.length;
  for (const [, { data }] of sorted) {
    // As words: a float in between could lose the bits of a NaN on one engine and keep them on another.
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    for (const word of words) {
      view.setUint32(at, (word & 0x7fffffff) > 0x7f800000 ? NAN_BITS : word, true);
      at += 4;
    }
  }
  return sha256(bytes);
}
