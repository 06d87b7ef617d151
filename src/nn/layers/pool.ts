import { ShapeError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import {
  type AverageShape,
  type AvgPoolOptions,
  averagePool,
  averageShape,
  averageWindows,
} from '../../ops/average_pool.ts';
import { type MaxPoolOptions, maxPool, maxShape } from '../../ops/max_pool.ts';
import { reshape } from '../../ops/view.ts';
import { pairOf, type Size2d, type WindowShape, windowsOver } from '../../ops/window.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf, type Made } from './layer.ts';

type Pair = readonly [number, number];
type Image = readonly [height: number, width: number, channels: number];

/** A sample as an image. @throws ShapeError unless it is [height, width, channels], or [height, width] of one channel */
function imageOf(kind: string, [height, width, channels = 1, ...others]: readonly number[]): Image {
  if (width !== undefined && others.length === 0) return [height, width, channels];
  throw new ShapeError(
    `${kind} got samples of shape [${[height, width, channels, ...others].slice(0, 1 + others.length).join(', ')}]; they must be [height, width, channels], or [height, width]`,
  );
}

/** Images with a row for each pixel. */
function rowsOf(kind: string, x: Node): Node {
  const [batch, ...sample] = x.spec.shape;
  return reshape(x, [batch, ...imageOf(kind, sample)], 3);
}

const described = ({ kernel, stride, padding, dilation, ceil }: WindowShape): string =>
  [
    kernel.join('×'),
    `stride ${stride.join('×')}`,
    ...(padding.some((p) => p > 0) ? [`padding ${padding.join('×')}`] : []),
    ...(dilation.some((d) => d > 1) ? [`dilation ${dilation.join('×')}`] : []),
    ...(ceil ? ['ceil'] : []),
  ].join(', ');

/**
 * The maximum of windows of pixels, for each channel, as torch.nn.MaxPool2d: samples [height, width, channels], or
 * [height, width] of one channel, become [rows of windows, columns of windows, channels]. Of equal numbers the first one, row
 * by row, gets the gradient.
 *
 * @param kernel the size of a window: an integer, or [y, x]
 * @throws OptionError if an option is unknown or out of range; in a model, ShapeError if no window fits
 */
export function maxPool2d(kernel: Size2d, options: MaxPoolOptions = {}): Layer {
  const shape = maxShape('maxPool2d()', kernel, options);
  return layerOf(
    [`maxPool2d ${described(shape)}`, ...Object.values(shape)],
    (x) => maxPool(rowsOf('maxPool2d', x), shape),
    (input) => {
      const [height, width, channels] = imageOf('maxPool2d', input);
      return [...windowsOver('maxPool2d', [height, width], shape).windows, channels];
    },
  );
}

/**
 * The mean of windows of pixels, for each channel, as torch.nn.AvgPool2d: samples [height, width, channels], or
 * [height, width] of one channel, become [rows of windows, columns of windows, channels].
 *
 * @param kernel the size of a window: an integer, or [y, x]
 * @throws OptionError if an option is unknown or out of range; in a model, ShapeError if no window fits
 */
export function avgPool2d(kernel: Size2d, options: AvgPoolOptions = {}): Layer {
  const shape = averageShape('avgPool2d()', kernel, options);
  return averageLayer(
    [
      `avgPool2d ${described(shape)}${shape.countsPadding ? '' : ', padding not counted'}`,
      shape.kernel,
      shape.stride,
      shape.padding,
      shape.ceil,
      shape.countsPadding,
    ],
    () => shape,
  );
}

/**
 * The mean of windows that divide an image into `size` equal parts, as torch.nn.AdaptiveAvgPool2d; with 1 it is the mean of
 * all pixels: samples [height, width, channels] become [1, 1, channels].
 *
 * @param size rows and columns of the result: an integer, or [y, x]. Default 1
 * @throws OptionError unless the sizes are integers from 1 up; in a model, ShapeError unless they divide the image's
 */
export function adaptiveAvgPool2d(size: Size2d = 1): Layer {
  const [rows, columns] = pairOf('adaptiveAvgPool2d(): size', size, 1);
  return averageLayer(
    [`adaptiveAvgPool2d ${rows}×${columns}`, [rows, columns]],
    ([height, width]) => {
      if (height % rows === 0 && width % columns === 0) {
        return averageShape('adaptiveAvgPool2d()', [height / rows, width / columns], {});
      }
      throw new ShapeError(
        `adaptiveAvgPool2d(${rows}×${columns}) got images of ${height}×${width}; its size must divide theirs. Use avgPool2d() for other windows`,
      );
    },
  );
}

function averageLayer(made: Made, shapeOf: (image: Pair) => AverageShape): Layer {
  const [name] = made[0].split(' ');
  return layerOf(
    made,
    (given) => {
      const x = rowsOf(name, given);
      return averagePool(x, shapeOf([x.spec.shape[1], x.spec.shape[2]]));
    },
    (input) => {
      const [height, width, channels] = imageOf(name, input);
      const image = [height, width] as const;
      return [...averageWindows(name, image, shapeOf(image)).windows, channels];
    },
  );
}

/** In files of models. */
export const poolForms = {
  maxPool2d: {
    make: maxPool2d,
    takes: ['kernel'],
    // In the order of a WindowShape.
    options: ['stride', 'padding', 'dilation', 'ceilMode'],
  },
  avgPool2d: {
    make: avgPool2d,
    takes: ['kernel'],
    options: ['stride', 'padding', 'ceilMode', 'countIncludePad'],
  },
  adaptiveAvgPool2d: { make: adaptiveAvgPool2d, takes: ['size'] },
} satisfies Record<string, Form>;
