import { checkKeys, describe, isMap, isNumbers, isObject } from '../check.ts';
import { channelScales } from '../data/channels.ts';
import { checkImages } from '../data/check.ts';
import type { ImageSplit } from '../data/dataset.ts';
import { areOfShape, bytesOf, sizeText } from '../data/host.ts';
import {
  type ColumnScale,
  checkColumnScale,
  checkPixelScale,
  isColumnScale,
  type PixelScale,
} from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';
import { exact, type Value } from '../graph/value.ts';
import { inLayout } from '../nn/layers/parameters.ts';
import { buildModel, checkModel, type Model } from '../nn/model.ts';
import { pixels } from '../ops/features.ts';
import { images as imagesOf } from '../ops/images.ts';
import { runReference } from './run.ts';

/** Images and weights for {@link referenceOutputs}. */
export interface ReferenceOptions {
  /**
   * Float32 values by PyTorch's names, weights [out, in]: the result of `trainer.parameters()` or
   * `parseSafetensors`.
   */
  readonly parameters: ReadonlyMap<string, { readonly data: ArrayLike<number> }>;
  /** `count` images of `height * width * channels` bytes, one after the other. */
  readonly images: Omit<ImageSplit, 'labels'>;
  /** Standardises the pixels (0 to 1), like the trainer's option. Default null: not standardised. */
  readonly normalize?: PixelScale | ColumnScale | null;
}

/**
 * A network's outputs in float64 on the CPU, without dropout, and a bound on the error of a GPU. Compare them with
 * `trainer.predict(images)`. All images are in memory at the same time.
 *
 * @example
 * const { data, error } = referenceOutputs(model, { parameters: await trainer.parameters(), images });
 * const outputs = await trainer.predict(images);
 * const right = outputs.every((value, i) => Math.abs(value - data[i]) <= error[i]);
 * @returns the outputs [count, outputs], row by row, and a bound on the error of each
 * @throws OptionError if the images do not have the model's input size, or have a wrong number of bytes; ShapeError if
 *   a parameter is missing or has a wrong number of values
 */
export function referenceOutputs(model: Model, options: ReferenceOptions): Value {
  checkModel('referenceOutputs()', model);
  checkKeys('referenceOutputs()', options, ['parameters', 'images', 'normalize']);
  const { parameters, images, normalize = null } = options;
  if (!isMap(parameters)) {
    throw new OptionError(
      `parameters: ${describe(parameters)} was given; they are a Map of { data } by name`,
    );
  }
  checkImages('images', images);
  if (!('images' in images)) throw new OptionError('images: give them as bytes, not as a source');
  const { count, height, width, channels = 1 } = images;
  if (isObject(normalize)) checkColumnScale(normalize, [channels]);
  else if (normalize !== null) checkPixelScale(normalize);
  const size = bytesOf(images);
  if (!areOfShape(images, model.inputShape) || images.images.length !== count * size) {
    throw new OptionError(
      `${count} images of ${sizeText(images)} in ${images.images.length} bytes were given; the model takes samples of [${model.inputShape.join(', ')}], a byte for each number`,
    );
  }
  const graph = new Graph();
  const shape = [count, ...model.inputShape];
  const image = [height, width, channels] as const;
  const samples = isColumnScale(normalize)
    ? imagesOf(graph, { shape, image, ...channelScales(normalize, channels) })
    : pixels(graph, shape, normalize);
  const outputs = buildModel(model, samples, false);
  const values = runReference([outputs], {
    tensors: tensorsOf(model, parameters),
    moments: new Map(),
    images: images.images,
    labels: new Uint8Array(count),
    indices: Array.from({ length: count }, (_, i) => i),
    count,
    step: 0,
    key: [0, 0],
  });
  return values.get(outputs) ?? exact(new Float64Array(0));
}

/** The parameters in storage layout. The reference refuses missing ones. */
function tensorsOf(model: Model, parameters: ReferenceOptions['parameters']) {
  const tensors = new Map<string, Value>();
  for (const spec of model.parameters) {
    const { name, shape } = spec;
    const given: unknown = parameters.get(name)?.data;
    if (given === undefined) continue;
    if (!isNumbers(given)) {
      throw new OptionError(
        `parameters: ${describe(given)} was given for ${name}; use a Float32Array`,
      );
    }
    const values = Float32Array.from(given);
    const fits = values.length === sizeOf(shape);
    const stored = fits ? inLayout(spec, values, 'into storage') : values;
    tensors.set(name, exact(Float64Array.from(stored)));
  }
  return tensors;
}
