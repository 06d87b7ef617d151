import type { Node } from '../graph/graph.ts';
import { fromStorage, sizeOf, toStorage } from '../graph/tensor.ts';
import type { Value } from '../graph/value.ts';
import { confusionOp } from '../ops/classify.ts';
import { packOp } from '../ops/pack.ts';

/** Error of an element, and its bound. */
export interface Nearest {
  readonly error: number;
  readonly bound: number;
}

/** How a tensor of the GPU differs from the reference. */
export interface Difference {
  readonly tensor: string;
  /** Largest |GPU − reference|. */
  readonly error: number;
  /** Largest |GPU − reference| / bound; above 1 is a failure. */
  readonly share: number;
  /** Error and bound of the element whose share is the largest. */
  readonly nearest: Nearest;
  /** The median bound relative to the largest value: how tight the bounds are. */
  readonly tightness: number;
  /** Share of the elements that are checked: those that neither are nor may be infinite or NaN. */
  readonly promised: number;
  /** The first element over its bound, in words. */
  readonly first?: string;
  /** The index of the element whose share is the largest, row by row. */
  readonly worst: number;
  /** The elements of the GPU, row by row. */
  readonly got: ArrayLike<number>;
}

/** Compares a tensor as it is stored: elements within their bounds, padding zero. */
export function compareStored(
  node: Node,
  stored: Float32Array | Uint32Array,
  value: Value,
): Difference {
  const { shape } = node.spec;
  // These two have no padding.
  const dense = node.op.name === confusionOp.name || node.op.name === packOp.name;
  if (dense) return compare(node.name, stored, value);
  const blank =
    stored instanceof Uint32Array
      ? new Uint32Array(sizeOf(shape))
      : new Float32Array(sizeOf(shape));
  const got = fromStorage(node.spec, stored, blank as typeof stored);
  const result = compare(node.name, got, value);
  const inside = toStorage(node.spec, new Float32Array(sizeOf(shape)).fill(1));
  const dirty = stored.findIndex((element, i) => inside[i] === 0 && element !== 0);
  if (dirty < 0) return result;
  return { ...result, share: Infinity, first: `padding at ${dirty} is ${stored[dirty]}, not 0` };
}

/** A tensor whose elements are all below this has underflowed: its bounds cannot be tight. */
const UNDERFLOW = 1e-30;

/** NaN on either side counts as an infinite difference. */
const orInfinity = (distance: number): number => (Number.isNaN(distance) ? Infinity : distance);

export function compare(
  tensor: string,
  got: ArrayLike<number>,
  { data, error }: Value,
): Difference {
  let largest = 0;
  let worst = 0;
  let share = 0;
  let nearest: Nearest = { error: 0, bound: error.length > 0 ? error[0] : 0 };
  let first: string | undefined;
  let size = 0;
  let promised = 0;
  for (let i = 0; i < data.length; i++) {
    if (error[i] === Infinity) continue;
    promised++;
    const off = orInfinity(Math.abs(got[i] - data[i]));
    size = Math.max(size, Math.abs(data[i]));
    const part = off === 0 ? 0 : orInfinity(off / error[i]);
    largest = Math.max(largest, off);
    if (part > share) {
      share = part;
      worst = i;
      nearest = { error: off, bound: error[i] };
    }
    if (part > 1 && first === undefined) {
      first = `element ${i}: GPU ${got[i]}, reference ${data[i]}, bound ${error[i]}`;
    }
  }
  const sorted = error.slice().sort();
  const tightness = size > UNDERFLOW ? sorted[Math.floor(sorted.length / 2)] / size : 0;
  return {
    tensor,
    error: largest,
    share,
    nearest,
    tightness,
    promised: promised / data.length,
    worst,
    got,
    ...(first ? { first } : {}),
  };
}
