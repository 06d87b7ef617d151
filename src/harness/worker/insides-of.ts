import { sizeOf } from '../../graph/tensor.ts';
import { type LayerOutput, layerOutputs } from '../../nn/layer-outputs.ts';
import { Sequential } from '../../nn/layers.ts';
import type { Model } from '../../nn/model.ts';
import type { Attention, Insides, Kernels, Units } from '../insides.ts';

/** The layer whose output a layer sees: the one before it, or before the block that it begins. */
function before(parts: readonly LayerOutput[], name: string): string | undefined {
  const [, path, number] = /^(?:(.*)\.)?(\d+)$/.exec(name) ?? [];
  if (number === undefined) return undefined;
  if (number === '0') return path === undefined ? undefined : before(parts, path);
  const beside = `${path === undefined ? '' : `${path}.`}${Number(number) - 1}`;
  return parts.some((part) => part.name === beside) ? beside : undefined;
}

/** What of a model can be shown as pictures. */
export function insidesOf(model: Model): Insides {
  if (!(model instanceof Sequential)) {
    return { kernels: [], maps: [], attention: [], units: [] };
  }
  const { parts } = layerOutputs(model);
  const kindOf = (parameter: string): string =>
    parts.find(({ name }) => `${name}.weight` === parameter)?.kind ?? parameter;
  const [height, width = 0, channels = 1] = model.inputShape;
  const square = height === width;
  const weights = model.parameters.filter(({ name, state }) => !state && name.endsWith('.weight'));
  const kernels = weights.flatMap(({ name, shape }, i): Kernels[] => {
    const [outputs, inputs, down = 0, across = 0] = shape;
    const kind = kindOf(name);
    const rgb = i === 0 && channels === 3 ? { rgb: true as const } : {};
    if (shape.length === 4 && down === across && down > 1) {
      return [{ name, kind, outputs, inputs, side: across, ...(inputs === 3 ? rgb : {}) }];
    }
    const seesImage =
      i === 0 && square && shape.length === 2 && inputs === sizeOf(model.inputShape);
    return seesImage ? [{ name, kind, outputs, inputs: channels, side: width, ...rgb }] : [];
  });
  // Linear layers of images' pixels have no maps, and normalised ones look like those before.
  const images = parts.filter(
    ({ shape, kind }) => shape.length === 3 && !/^(batchNorm|sequential)/.test(kind),
  );
  const attention = parts.flatMap(({ name, kind }): Attention[] => {
    const heads = /^causalSelfAttention \d+, (\d+) heads/.exec(kind)?.[1];
    return heads ? [{ name, kind, heads: Number(heads), before: before(parts, name) }] : [];
  });
  // The others do not change what a unit is, or have none.
  const units = parts.flatMap(({ name, kind, shape }): Units[] => {
    const none = /^(batchNorm|sequential|dropout|flatten|unflatten)/.test(kind);
    if (none || (shape.length !== 1 && shape.length !== 3)) return [];
    return [{ name, kind, count: shape.at(-1) ?? 0, mapped: shape.length === 3 }];
  });
  return {
    kernels,
    maps: images.map((part) => ({ ...part, main: !part.name.includes('.') })),
    attention,
    units: model.inputShape.length > 1 ? units : [],
  };
}
