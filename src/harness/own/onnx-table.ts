/** Models of tables as ONNX files: they take rows as they are, and give a number in its own unit. */
import { OptionError } from '../../errors.ts';
import { linear, Sequential } from '../../nn/layers.ts';
import type { Model } from '../../nn/model.ts';
import type { StateTensor } from '../../nn/state.ts';
import type { TableFacts } from './table-text.ts';

type Parameters = ReadonlyMap<string, StateTensor>;

/** A model whose output is in its target's unit: a layer more, output × deviation + mean. */
export function inUnit(
  model: Model,
  parameters: Parameters,
  target: TableFacts['target'],
): { readonly model: Model; readonly parameters: Parameters } {
  if ('classes' in target) return { model, parameters };
  if (!(model instanceof Sequential)) {
    throw new OptionError('the network of a table is a list of layers; this file has another one');
  }
  const { mean, deviation } = target;
  const { length: last } = model.layers;
  return {
    model: new Sequential(model.inputShape, [...model.layers, linear(1, 1)]),
    parameters: new Map([
      ...parameters,
      [`${last}.weight`, { shape: [1, 1], data: Float32Array.of(deviation) }],
      [`${last}.bias`, { shape: [1], data: Float32Array.of(mean) }],
    ]),
  };
}

/** What the reader of a file that takes and gives values as they are has to know. */
export const rawTable = ({ columns, target }: TableFacts): object => ({
  columns: columns.map(({ name, ...own }) =>
    'values' in own ? { name, values: own.values } : { name, mean: own.mean },
  ),
  target: { name: target.name },
});
