import { toOnnx } from '../../../onnx/index.ts';
import { readModel } from '../../../train/model-file/read.ts';

/** A model file as ONNX: it takes images as bytes, prepares them, and gives shares of classes where the model tells classes. */
export function onnxOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const {
    model,
    parameters,
    image,
    normalize = null,
    classes,
    vocabulary,
    loss,
    metadata,
  } = readModel(bytes);
  const kind = typeof loss === 'string' ? loss : loss?.kind;
  const file = toOnnx(model, parameters, {
    bytes: image !== undefined,
    normalize,
    ...(classes && kind === 'cross_entropy' ? { probabilities: 'softmax' } : {}),
    ...(classes ? { classes } : {}),
    metadata: {
      ...metadata,
      ...(vocabulary ? { vocabulary: JSON.stringify(vocabulary) } : {}),
    },
  });
  return new Uint8Array(file);
}
