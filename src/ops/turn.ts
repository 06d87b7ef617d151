import { isArray } from '../check.ts';
import { ShapeError } from '../errors.ts';
import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { checkNode, type Node } from '../graph/graph.ts';
import { type Op, type Ref, ref } from '../graph/op.ts';
import { describe, floats, sizeOf, spec, storageOf, type TensorSpec } from '../graph/tensor.ts';
import type { Reference } from '../graph/value.ts';
import { mapDispatch } from './map.ts';
import { reshape } from './view.ts';

export interface TurnAttributes {
  readonly shape: readonly number[];
  readonly rowDims: number;
  /** A sample of the input is a matrix [a, b], and of the result its transpose [b, a]. */
  readonly turn: readonly [a: number, b: number];
}

const turnOp: Op<TurnAttributes> = {
  name: 'turn',
  residence: 'computed',
  infer: ([x], { shape, rowDims }) => {
    floats('the input of flatten', x);
    return spec(shape, 'f32', rowDims);
  },
  gradient: ({ inputs: [x], attributes: { turn } }, dy) => [
    turned(dy, { ...x.spec, turn: [turn[1], turn[0]] }),
  ],
  dispatch: (node) => {
    const [x] = node.inputs;
    const [a, b] = node.attributes.turn;
    const part: Part<Ref> = use(wgsl.mapTurned, {
      constants: {
        COUNT: sizeOf(x.spec.shape),
        SOURCE_COLUMNS: storageOf(x.spec).columns,
        RESULT_COLUMNS: storageOf(node.spec).columns,
        TURN_A: a,
        TURN_B: b,
      },
      bindings: { x: ref(x) },
    });
    return mapDispatch(node, [part], 0);
  },
};

/** The elements, each sample transposed. */
export const turnReference: Reference<TurnAttributes> = ({ attributes: { turn } }, [x]) => {
  const [a, b] = turn;
  const moved = (all: Float64Array): Float64Array =>
    all.map((_, e) => all[e - (e % (a * b)) + (e % a) * b + (Math.floor(e / a) % b)]);
  return { data: moved(x.data), error: moved(x.error) };
};

type Turned = Omit<TurnAttributes, 'rowDims'> & { readonly rowDims?: number };

/** Samples transposed: without a copy if either size is 1. */
const turned = (x: Node, { shape, rowDims = 1, turn }: Turned): Node =>
  Math.min(...turn) === 1
    ? reshape(x, shape, rowDims)
    : x.graph.add(turnOp, [x], { shape, rowDims, turn });

/** As {@link channelsFirst}, of four dimensions. */
export function flattenImages(x: Node): Node {
  const [batch, height, width, channels] = x.spec.shape;
  const pixels = height * width;
  return turned(x, { shape: [batch, pixels * channels], turn: [pixels, channels] });
}

/**
 * Images [N,H,W,C] as vectors [N, C·H·W], channel by channel: the order in which PyTorch flattens images, which it stores as
 * [C,H,W].
 *
 * @throws ShapeError unless x has four dimensions
 */
export function channelsFirst(x: Node): Node {
  checkNode('channelsFirst()', x);
  fourOf('channelsFirst()', x.spec);
  return flattenImages(x);
}

/**
 * The reverse of {@link channelsFirst}: vectors [N, C·H·W] as images [N,H,W,C].
 *
 * @param shape [H, W, C]
 * @throws ShapeError unless they have as many elements
 */
export function channelsLast(x: Node, shape: readonly number[]): Node {
  checkNode('channelsLast()', x);
  const to = spec([x.spec.shape[0], ...(isArray(shape) ? shape : [])] as readonly number[]);
  const [, height, width, channels] = fourOf('channelsLast()', to);
  if (sizeOf(to.shape) !== sizeOf(x.spec.shape)) {
    throw new ShapeError(
      `channelsLast() got ${describe(x.spec)} for [${shape.join(', ')}]; use as many elements`,
    );
  }
  return turned(x, { shape: to.shape, turn: [channels, height * width] });
}

/** @throws ShapeError unless there are four dimensions */
function fourOf(what: string, of: TensorSpec): readonly number[] {
  if (of.shape.length === 4) return of.shape;
  throw new ShapeError(`${what} got ${describe(of)}; images are [batch, height, width, channels]`);
}
