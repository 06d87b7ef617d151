import { OptionError } from '../../../errors.ts';
import { linear, Sequential } from '../../../nn/layers.ts';
import type { Model } from '../../../nn/model.ts';
import type { StateTensor } from '../../../nn/state.ts';
import { toOnnx } from '../../../onnx/index.ts';
import { readModel } from '../../../train/model-file/read.ts';
import { TABLE_KEY, type TableFacts } from '../../own/table-text.ts';

/**
 * A model file as ONNX: it takes images as bytes or rows as they are, prepares them, and gives shares of classes where the model
 * tells classes, and a number that was learned from a table in its own unit.
 */
export function onnxOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const {
    model,
    parameters,
    image,
    normalize = null,
    classes,
    vocabulary,
    loss,
    metadata = {},
  } = readModel(bytes);
  const { [TABLE_KEY]: text, ...others } = metadata;
  const table = text === undefined ? undefined : (JSON.parse(text) as TableFacts);
  const whole = table ? inUnit(model, parameters, table.target) : { model, parameters };
  const kind = typeof loss === 'string' ? loss : loss?.kind;
  const file = toOnnx(whole.model, whole.parameters, {
    bytes: image !== undefined,
    normalize,
    ...(classes && kind === 'cross_entropy' ? { probabilities: 'softmax' } : {}),
    ...(classes ? { classes } : {}),
    metadata: {
      ...others,
      ...(table ? { [TABLE_KEY]: JSON.stringify(rawTable(table)) } : {}),
      ...(vocabulary ? { vocabulary: JSON.stringify(vocabulary) } : {}),
    },
  });
  return new Uint8Array(file);
}

type Parameters = ReadonlyMap<string, StateTensor>;

/** A model whose output is in its target's unit: a layer more, output × deviation + mean. */
function inUnit(
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
const rawTable = ({ columns, target }: TableFacts): object => ({
  columns: columns.map(({ name, ...own }) =>
    'values' in own ? { name, values: own.values } : { name, mean: own.mean },
  ),
  target: { name: target.name },
});
