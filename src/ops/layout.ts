import { type Storage, spec, storageOf } from '../graph/tensor.ts';

/**
 * How a tensor of this shape lies in memory: its rows and columns, and both padded.
 *
 * @throws ShapeError unless all sizes are positive integers
 */
export const layoutOf = (shape: readonly number[]): Storage => storageOf(spec(shape).shape);
