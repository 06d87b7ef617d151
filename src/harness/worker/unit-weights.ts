import { sizeOf } from '../../graph/tensor.ts';
import { type LayerOutput, layerOutputs } from '../../nn/layer-outputs.ts';
import type { Sequential } from '../../nn/layers.ts';
import type { StateTensor } from '../../nn/state.ts';

/** A unit's weights as pictures, one for each channel that it sees. */
export interface WeightPictures {
  /** The layer that has them: that of the unit, or the one before an activation or a pool. */
  readonly layer: string;
  /** [count, height, width], row by row. A layer that sees a vector has one picture of one line. */
  readonly data: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly bias: number | undefined;
}

/** Layers that keep each unit by itself: the unit's weights are those of a layer before. */
const KEEPS =
  /^(relu|sigmoid|tanh|gelu|silu|elu|leakyRelu|hardswish|softplus|\w*[pP]ool|batchNorm|dropout)/;

/** Layers beside each other come one after the other; those inside of a layer have its name before theirs. */
const pathOf = (name: string): string => name.slice(0, name.lastIndexOf('.') + 1);

/**
 * The weights of a unit, as it sees the outputs of the layer before it.
 *
 * @param parameters in PyTorch's layout
 * @param unit from 0
 * @returns undefined for a unit without weights of its own, such as one of a residual block
 */
export function unitWeights(
  model: Sequential,
  parameters: ReadonlyMap<string, StateTensor>,
  layer: string,
  unit: number,
): WeightPictures | undefined {
  const { parts } = layerOutputs(model);
  const beside = parts.filter(({ name }) => pathOf(name) === pathOf(layer));
  let at = beside.findIndex(({ name }) => name === layer);
  while (at > 0 && !isWeighted(parameters, beside[at]) && KEEPS.test(beside[at].kind)) at--;
  const own = beside[at];
  const weight = own && isWeighted(parameters, own);
  if (!weight || unit >= weight.shape[0]) return undefined;
  const size = sizeOf(weight.shape) / weight.shape[0];
  const row = weight.data.subarray(unit * size, (unit + 1) * size);
  const bias = parameters.get(`${own.name}.bias`)?.data[unit];
  const found = { layer: own.name, bias };
  if (weight.shape.length === 4) {
    const [, count, height, width] = weight.shape;
    return { ...found, data: Float32Array.from(row), count, height, width };
  }
  const flat = beside.slice(0, at).findLast(({ kind }) => kind.startsWith('flatten'));
  const before = beside.slice(0, at).findLast(({ shape }) => shape.length > 1)?.shape;
  const seen = pathOf(layer) === '' ? (before ?? model.inputShape) : [];
  return { ...found, ...asPictures(row, seen, flat?.kind.includes('channels last') ?? false) };
}

/** A product's or a convolution's weight [out, in, …]; undefined for layers without. */
function isWeighted(
  parameters: ReadonlyMap<string, StateTensor>,
  { name }: LayerOutput,
): StateTensor | undefined {
  const weight = parameters.get(`${name}.weight`);
  return weight && [2, 4].includes(weight.shape.length) ? weight : undefined;
}

/** A row of weights as pictures of the shape that was flattened; one line if it was none. */
function asPictures(
  row: Float32Array,
  [height, width = 1, channels = 1]: readonly number[],
  channelsLast: boolean,
): Pick<WeightPictures, 'data' | 'count' | 'height' | 'width'> {
  if (height * width * channels !== row.length || height === row.length) {
    return { data: Float32Array.from(row), count: 1, height: 1, width: row.length };
  }
  const pixels = height * width;
  // flatten() puts channel behind channel, as PyTorch does.
  const data = channelsLast
    ? Float32Array.from(row, (_, i) => row[(i % pixels) * channels + Math.floor(i / pixels)])
    : Float32Array.from(row);
  return { data, count: channels, height, width };
}
