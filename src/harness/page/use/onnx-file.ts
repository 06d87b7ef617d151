import { toOnnx } from '../../../onnx/index.ts';
import { readModel } from '../../../train/model-file/read.ts';
import { inUnit, rawTable } from '../../own/onnx-table.ts';
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
