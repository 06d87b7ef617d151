import { sizeOf } from '../../graph/tensor.ts';
import { flatten as flattenOp } from '../../ops/sources.ts';
import { type Layer, layerOf } from './layer.ts';

/** A sample of any shape as a vector, row by row. */
export function flatten(): Layer {
  return layerOf(
    'flatten',
    (x) => flattenOp(x),
    (input) => [sizeOf(input)],
  );
}
