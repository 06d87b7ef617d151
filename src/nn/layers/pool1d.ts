import { checkInteger, isObject } from '../../check.ts';
import { ShapeError } from '../../errors.ts';
import type { AvgPoolOptions } from '../../ops/average_pool.ts';
import type { MaxPoolOptions } from '../../ops/max_pool.ts';
import { reshape } from '../../ops/view.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';
import { adaptiveAvgPool2d, avgPool2d, maxPool2d } from './pool.ts';

/** Options with one number for each size. */
type Along<O> = { readonly [K in keyof O]: O[K] extends boolean | undefined ? O[K] : number };

const MOST = 2 ** 15;

/** Numbers of one axis for images of one row: [what the other axis has, the number]. */
function inRow<O extends object>(
  what: string,
  options: O,
  least: Readonly<Record<string, number>>,
): O {
  if (!isObject(options)) return options;
  const turned = Object.entries(options).map(([name, value]) => {
    if (!(name in least) || value === undefined) return [name, value];
    checkInteger(`${what}: ${name}`, value, least[name], MOST);
    return [name, [least[name], value]];
  });
  return Object.fromEntries(turned) as O;
}

/** A layer of images for sequences [length, channels], as images of one row. */
function ofRow(name: string, { kind, made = [kind], shape, build }: Layer): Layer {
  const rowOf = (input: readonly number[]): readonly [number, number, number] => {
    if (input.length === 2) return [1, input[0], input[1]];
    throw new ShapeError(
      `${name} got samples of shape [${input.join(', ')}]; they must be [length, channels]`,
    );
  };
  return layerOf(
    made,
    (x, _, training) => {
      const [batch, ...sample] = x.spec.shape;
      const y = build(reshape(x, [batch, ...rowOf(sample)], 3), '', training);
      return reshape(y, [batch, y.spec.shape[2], y.spec.shape[3]], 2);
    },
    (input) => shape(rowOf(input)).slice(1),
    [],
    kind.replace(/^\w+/, name),
  );
}

/**
 * The maximum of windows of a sequence, for each channel, as torch.nn.MaxPool1d: samples [length, channels] become
 * [windows, channels].
 *
 * @param kernel the size of a window
 * @throws OptionError if an option is unknown or out of range; in a model, ShapeError if no window fits
 */
export function maxPool1d(kernel: number, options: Along<MaxPoolOptions> = {}): Layer {
  checkInteger('maxPool1d(): kernel', kernel, 1, MOST);
  const least = { stride: 1, padding: 0, dilation: 1 };
  return ofRow('maxPool1d', maxPool2d([1, kernel], inRow('maxPool1d()', options, least)));
}

/**
 * The mean of windows of a sequence, for each channel, as torch.nn.AvgPool1d: samples [length, channels] become
 * [windows, channels].
 *
 * @param kernel the size of a window
 * @throws OptionError if an option is unknown or out of range; in a model, ShapeError if no window fits
 */
export function avgPool1d(kernel: number, options: Along<AvgPoolOptions> = {}): Layer {
  checkInteger('avgPool1d(): kernel', kernel, 1, MOST);
  const least = { stride: 1, padding: 0 };
  return ofRow('avgPool1d', avgPool2d([1, kernel], inRow('avgPool1d()', options, least)));
}

/**
 * The mean of each of `size` equal parts of a sequence, as torch.nn.AdaptiveAvgPool1d; with 1 it is the mean of all: samples
 * [length, channels] become [size, channels].
 *
 * @param size windows of the result. Default 1
 * @throws OptionError unless the size is an integer from 1 up; in a model, ShapeError unless it divides the length
 */
export function adaptiveAvgPool1d(size = 1): Layer {
  checkInteger('adaptiveAvgPool1d(): size', size, 1, MOST);
  return ofRow('adaptiveAvgPool1d', adaptiveAvgPool2d([1, size]));
}

/** In files of models. */
export const pool1dForms = {
  maxPool1d: {
    make: maxPool1d,
    takes: ['kernel'],
    options: ['stride', 'padding', 'dilation', 'ceilMode'],
    single: true,
  },
  avgPool1d: {
    make: avgPool1d,
    takes: ['kernel'],
    options: ['stride', 'padding', 'ceilMode', 'countIncludePad'],
    single: true,
  },
  adaptiveAvgPool1d: { make: adaptiveAvgPool1d, takes: ['size'], single: true },
} satisfies Record<string, Form>;
