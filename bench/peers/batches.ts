import type { StepSpec } from '../../src/bench/peer.ts';
import type { ImageSplit } from '../../src/data/dataset.ts';

/** A batch in the libraries' form: standardised pixels and one-hot labels, as floats. */
export interface Batch {
  /** [count, pixels] */
  readonly images: Float32Array;
  /** [count, classes] */
  readonly labels: Float32Array;
  readonly count: number;
}

/** Random integers from 0 to below 2³², the same in every run (Marsaglia's xorshift32). */
function* numbers(): Generator<number, never> {
  let state = 2463534242;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

/** A permutation of the numbers below `count`, the same in every run (Fisher and Yates). */
export function shuffled(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const random = numbers();
  for (let i = count - 1; i > 0; i--) {
    const j = random.next().value % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Samples `from` to below `to` of an order. */
export function batchOf(
  split: ImageSplit,
  classes: number,
  { normalize: [mean, deviation] }: Pick<StepSpec, 'normalize'>,
  order: ArrayLike<number>,
  from: number,
  to: number,
): Batch {
  const size = split.height * split.width;
  const count = to - from;
  const images = new Float32Array(count * size);
  const labels = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) {
    const sample = order[from + row];
    for (let i = 0; i < size; i++) {
      images[row * size + i] = (split.images[sample * size + i] / 255 - mean) / deviation;
    }
    labels[row * classes + split.labels[sample]] = 1;
  }
  return { images, labels, count };
}

/** Initial values like PyTorch's: uniform within ±1/√inputs, the same in every run. */
export function initialLayers(
  widths: readonly number[],
): { readonly weight: Float32Array; readonly bias: Float32Array }[] {
  const random = numbers();
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i];
    const bound = 1 / Math.sqrt(inputs);
    const draw = () => (random.next().value / 2 ** 31 - 1) * bound;
    return {
      weight: Float32Array.from({ length: inputs * outputs }, draw),
      bias: Float32Array.from({ length: outputs }, draw),
    };
  });
}

/** The share of rows whose largest output is the labelled class. */
export function shareRight(
  outputs: ArrayLike<number>,
  labels: Uint8Array,
  classes: number,
): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (outputs[row * classes + c] > outputs[row * classes + best]) best = c;
    }
    if (best === labels[row]) right++;
  }
  return right / labels.length;
}
