import { sizeOf } from '../graph/tensor.ts';
import { flatten, type Layer, layer, unflatten } from '../nn/layers.ts';
import type { Model } from '../nn/model.ts';
import { channelsFirst, channelsLast } from '../ops/turn.ts';
import { reshape } from '../ops/view.ts';
import type { Fields } from './fields.ts';

/** How the samples of PyTorch's modules lie, which is known from module to module. */
export interface Layout {
  /** Whether they are [channels, length] or [channels, height, width]. Here channels come last. */
  channelsFirst: boolean;
}

/** Modules whose samples are [channels, length]. */
const OF_LINES = /^(Conv|ConvTranspose|BatchNorm|MaxPool|AvgPool|AdaptiveAvgPool)1d$/;

/** Whether the first module that has 1d or 2d in its name takes lines: [channels, length]. */
function takesLines(modules: unknown): boolean {
  const names = (list: unknown): string[] =>
    Array.isArray(list)
      ? list.flatMap((one) =>
          Object.entries((one ?? {}) as object).flatMap(([name, inside]) =>
            name === 'Residual' ? names(inside) : [name],
          ),
        )
      : [];
  const first = names(modules).find((name) => /^(Linear|Flatten)$|[12]d$/.test(name));
  return first !== undefined && OF_LINES.test(first);
}

/** PyTorch's samples of a shape, before these modules. */
export const layoutOf = (shape: readonly number[], modules: unknown): Layout => ({
  channelsFirst: shape.length === 3 || (shape.length === 2 && takesLines(modules)),
});

/** The shape here of PyTorch's samples. */
export const shapeOf = (
  shape: readonly number[],
  { channelsFirst: first }: Layout,
): readonly number[] => (first ? [...shape.slice(1), shape[0]] : shape);

/** [N, length, channels] as PyTorch flattens [N, channels, length]. */
const flattenLines = (): Layer =>
  layer({
    kind: 'flatten lines',
    shape: ([length, channels]) => [length * channels],
    build: (x) => {
      const [batch, length, channels] = x.spec.shape;
      return channelsFirst(reshape(x, [batch, 1, length, channels], 3));
    },
  });

/** torch.nn.Flatten of all dimensions but the batch. */
export function flattened(fields: Fields, layout: Layout): Layer {
  if (fields.number('start_dim', 1) !== 1) fields.fail('start_dim', '1');
  if (fields.number('end_dim', -1) !== -1) fields.fail('end_dim', '-1');
  const first = layout.channelsFirst;
  layout.channelsFirst = false;
  const [lines, others] = [flattenLines(), flatten()];
  if (!first) return others;
  const of = ({ length }: readonly number[]): Layer => (length === 2 ? lines : others);
  return layer({
    kind: 'flatten',
    shape: (input) => of(input).shape(input),
    build: (x) => of(x.spec.shape.slice(1)).build(x, '', true),
  });
}

/** torch.nn.Unflatten of a vector. */
export function unflattened(fields: Fields, layout: Layout): Layer {
  if (fields.number('dim') !== 1) fields.fail('dim', '1');
  const sizes = fields.numbers('unflattened_size');
  layout.channelsFirst = sizes.length === 3;
  return unflatten(shapeOf(sizes, layout));
}

/** A model of samples with their channels last as one of vectors in PyTorch's order, channel by channel. */
export function ofChannelsFirst(model: Model): Model {
  const { inputShape, outputShape } = model;
  const [channels] = inputShape.slice(-1);
  const pixels = sizeOf(inputShape) / channels;
  return {
    kind: model.kind,
    inputShape: [sizeOf(inputShape)],
    outputShape,
    parameters: model.parameters,
    build: (x, training) => {
      const [batch] = x.spec.shape;
      const turned = channelsLast(x, [1, pixels, channels]);
      return model.build(reshape(turned, [batch, ...inputShape], inputShape.length), training);
    },
  };
}
