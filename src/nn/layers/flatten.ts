import { checkNone, describe, isArray } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { flatten as flattenOp, reshape } from '../../ops/view.ts';
import { type Layer, layerOf } from './layer.ts';
import { isShape } from './parameters.ts';

/** A sample of any shape as a vector, row by row. */
export function flatten(...none: []): Layer {
  checkNone('flatten', none, '. It makes a vector of all dimensions');
  return layerOf(
    'flatten',
    (x) => flattenOp(x),
    (input) => [sizeOf(input)],
  );
}

/**
 * A sample in another shape, row by row, as torch.nn.Unflatten(1, shape) of a vector.
 *
 * @param shape of the result, without the batch: `[7, 7]`
 * @throws ShapeError unless the sizes are positive integers; in a model, unless samples have as many elements
 */
export function unflatten(shape: readonly number[]): Layer {
  if (!isShape(shape)) {
    const given: unknown = shape;
    const text = isArray(given)
      ? `[${[...given].map(describe).join(', ').slice(0, 60)}]`
      : describe(given);
    throw new ShapeError(
      `unflatten() takes a shape, as [7, 7]; ${text} was given. Every size is a positive integer`,
    );
  }
  const sizes = [...shape];
  return layerOf(
    `unflatten ${sizes.join('×')}`,
    (x) => reshape(x, [x.spec.shape[0], ...sizes]),
    (input) => {
      if (sizeOf(input) === sizeOf(sizes)) return sizes;
      throw new ShapeError(
        `unflatten([${sizes.join(', ')}]) got samples of shape [${input.join(', ')}]; they must have ${sizeOf(sizes)} elements. Put linear(…, ${sizeOf(sizes)}) before it, or correct its shape`,
      );
    },
  );
}
