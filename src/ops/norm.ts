import { use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { graphOf, type Node } from '../graph/graph.ts';
import { type Op, ref } from '../graph/op.ts';
import { floats, sizeOf, spec, storageOf, type TensorSpec } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { Approx } from './approx.ts';
import { overflow, TINY, ULP } from './rounding.ts';

/** The largest float32, for no limit. */
const UNLIMITED = 3.4028234663852886e38;

/** Vectors of four of a tensor, and the invocations that add their squares: 64 to 1024. */
function lanesOf(x: TensorSpec): { readonly count4: number; readonly lanes: number } {
  const count4 = storageOf(x).bytes / 16;
  return { count4, lanes: 64 * Math.min(16, Math.ceil(count4 / 1024)) };
}

const squaresOp: Op<object> = {
  name: 'squares',
  residence: 'computed',
  infer: ([x]) => {
    floats('the input of squares', x);
    return spec([lanesOf(x).lanes]);
  },
  dispatch: (node) => {
    const [x] = node.inputs;
    const { count4, lanes } = lanesOf(x.spec);
    return {
      label: `${node.name} of ${x.name}`,
      parts: [
        use(wgsl.reduceSquares, {
          constants: { COUNT4: count4, LANES: lanes },
          bindings: { x: ref(x), sums: ref(node) },
        }),
      ],
      grid: [lanes / 64, 1, 1],
      flop: 2 * sizeOf(x.spec.shape),
    };
  },
};

export const squaresReference: Reference = ({ inputs, spec: { shape } }, [x]) => {
  const [lanes] = shape;
  const { rows, columns, columns4 } = storageOf(inputs[0].spec);
  const data = new Float64Array(lanes);
  const error = new Float64Array(lanes);
  const added = new Float64Array(lanes);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [value, off] = [x.data, x.error].map((all) => Math.abs(all[row * columns + column]));
      const lane = (row * columns4 + (column >> 2)) % lanes;
      data[lane] += value ** 2;
      error[lane] += off * (2 * value + off) + TINY;
      added[lane]++;
    }
  }
  for (let lane = 0; lane < lanes; lane++) {
    const size = data[lane] + error[lane];
    // Squares, and sums of all that a lane adds.
    error[lane] += (added[lane] + 3) * ULP * size + overflow(size);
  }
  return { data, error };
};

export interface NormAttributes {
  /** The largest norm. */
  readonly largest: number;
}

const normOp: Op<NormAttributes> = {
  name: 'norm',
  residence: 'computed',
  infer: () => spec([2]),
  dispatch: (node) => {
    const sums = node.inputs.reduce((sum, { spec: { shape } }) => sum + shape[0], 0);
    return {
      label: node.name,
      parts: [
        use(wgsl.reduceNorm, {
          constants: { SUM_COUNT: sums, LARGEST: Math.min(node.attributes.largest, UNLIMITED) },
          // Each is a multiple of 256 bytes, so there are no gaps between them.
          bindings: { sums: { kind: 'packed', nodes: node.inputs }, clipping: ref(node) },
        }),
      ],
      grid: [1, 1, 1],
      flop: sums,
    };
  },
};

export const normReference: Reference<NormAttributes> = ({ attributes: { largest } }, inputs) => {
  const sums = inputs.flatMap(({ data }) => [...data]);
  const off = inputs.flatMap(({ error }) => [...error]).reduce((sum, one) => sum + one, 0);
  const all = sums.reduce((sum, one) => sum + one, 0);
  // The longest chain of additions: one lane's, then the lanes'.
  const rounding = (Math.ceil(sums.length / 64) + 64) * ULP * (all + off);
  const norm = new Approx(all, off + rounding + overflow(all + off)).root();
  const size = norm.plus(1e-6);
  // At the border both of its branches are near 1.
  const share = Approx.of(Math.min(largest, UNLIMITED)).over(size);
  const clips = share.value - share.error < 1;
  return {
    data: Float64Array.of(norm.value, Math.min(1, share.value)),
    error: Float64Array.of(norm.error, clips ? share.error : 0),
  };
};

/**
 * The norm of all tensors together, and the factor of torch.nn.utils.clip_grad_norm_, min(1, largest / (norm + 1e-6)):
 * [2]. All sums have a fixed order.
 */
export function clippingOf(tensors: readonly Node[], largest: number): Node {
  const squares = tensors.map((x) => graphOf('norm', x).add(squaresOp, [x], {}));
  return squares[0].graph.add(normOp, squares, { largest });
}
