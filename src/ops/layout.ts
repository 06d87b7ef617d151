import { isObject } from '../check.ts';
import { type Shaped, type Storage, spec, storageOf } from '../graph/tensor.ts';

/**
 * How a tensor lies in memory: its rows and columns, and both padded.
 *
 * @param of a node's `spec`, or a shape whose first size is the rows
 * @throws ShapeError unless all sizes are positive integers
 */
export function layoutOf(of: Shaped): Storage {
  const { shape, rowDims } =
    isObject(of) && 'shape' in of ? of : { shape: of as readonly number[], rowDims: 1 };
  return storageOf(spec(shape, 'f32', rowDims));
}
