import { checkFlag, checkKeys, describe, isArray } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import { sizeOf } from '../../graph/tensor.ts';
import { channelsLast, flattenImages } from '../../ops/turn.ts';
import { flatten as flattenOp, reshape } from '../../ops/view.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';
import { isShape } from './parameters.ts';

/** The order of the elements of images [height, width, channels] in a vector. */
export interface FlattenOptions {
  /** As they are stored, pixel by pixel. Default false: channel by channel, as in PyTorch. */
  readonly channelsLast?: boolean;
}

/** @returns whether the order of samples of this shape, with the batch first, is PyTorch's */
function isTurned(what: string, options: FlattenOptions): (shape: readonly number[]) => boolean {
  checkKeys(what, options, ['channelsLast']);
  const { channelsLast = false } = options;
  checkFlag(`${what}: channelsLast`, channelsLast);
  return ({ length }) => length === 4 && !channelsLast;
}

/**
 * A sample of any shape as a vector, as torch.nn.Flatten: images [height, width, channels] channel by channel, others row by
 * row. So weights of PyTorch's after a Flatten fit.
 *
 * @throws OptionError if an option is unknown or invalid
 */
export function flatten(options: FlattenOptions = {}): Layer {
  const turns = isTurned('flatten()', options);
  return layerOf(
    [options.channelsLast ? 'flatten channels last' : 'flatten', options.channelsLast],
    (x) => (turns(x.spec.shape) ? flattenImages(x) : flattenOp(x)),
    (input) => [sizeOf(input)],
  );
}

/**
 * A sample in another shape, the reverse of {@link flatten}: a vector becomes images [height, width, channels] channel by
 * channel, as by torch.nn.Unflatten(1, [channels, height, width]), others row by row.
 *
 * @param shape of the result, without the batch: `[7, 7]`
 * @throws OptionError if an option is unknown or invalid; ShapeError unless the sizes are positive integers; in a model, unless samples have as many elements
 */
export function unflatten(shape: readonly number[], options: FlattenOptions = {}): Layer {
  const turns = isTurned('unflatten()', options);
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
    [
      `unflatten ${sizes.join('×')}${options.channelsLast ? ' channels last' : ''}`,
      sizes,
      options.channelsLast,
    ],
    (x) => {
      const to = [x.spec.shape[0], ...sizes];
      return turns(to) ? channelsLast(x, sizes) : reshape(x, to);
    },
    (input) => {
      if (sizeOf(input) === sizeOf(sizes)) return sizes;
      throw new ShapeError(
        `unflatten([${sizes.join(', ')}]) got samples of shape [${input.join(', ')}]; they must have ${sizeOf(sizes)} elements. Put linear(…, ${sizeOf(sizes)}) before it, or correct its shape`,
      );
    },
  );
}

/** In files of models. */
export const flattenForms = {
  flatten: { make: flatten, options: ['channelsLast'] },
  unflatten: { make: unflatten, takes: ['shape'], options: ['channelsLast'] },
} satisfies Record<string, Form>;
