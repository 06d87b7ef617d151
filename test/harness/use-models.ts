/** Model files of the page's networks, with numbers as of trained ones, and what they compute. */
import { sizeOf } from '../../src/graph/tensor.ts';
import { imageSettingsOf } from '../../src/harness/tasks/settings.ts';
import { saveModel } from '../../src/train/model-file/write.ts';
import { randomParameters } from '../onnx/parameters.ts';
import { expected } from '../onnx/runtime.ts';

/** Different pixels everywhere: an image that is turned or shifted has other outputs. */
export const pixelsOf = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => (i * i * 7 + i * 13) % 256);

/** Networks by what is special about them. */
export const QUERIES = {
  'Table I': 'model=2&loss=cross_entropy&normalize=0.286,0.353',
  'the paper’s text': 'model=1',
  autoencoder: 'model=autoencoder',
  convolutions: 'model=cnn',
  'residual blocks': 'model=resnet',
} as const;

const CLASSES = Array.from({ length: 10 }, (_, i) => `class ${i}`);

/** A model file, and the outputs for one image of {@link pixelsOf}: shares of classes where it is trained to give them. */
export async function modelOf(query: string) {
  const { model: make, target, loss, normalize } = imageSettingsOf(new URLSearchParams(query));
  const model = make([28, 28]);
  const parameters = randomParameters(model);
  const bytes = await saveModel({
    model,
    parameters,
    target,
    loss,
    ...{ image: { height: 28, width: 28, channels: 1 }, normalize },
    ...(target === 'label' ? { classes: CLASSES } : {}),
    writer: '',
  });
  const [mean, deviation] = normalize ?? [0, 1];
  const pixels = pixelsOf(784);
  const samples = Float32Array.from(pixels, (byte) => (byte / 255 - mean) / deviation);
  const raw = [...expected(model, parameters, samples)];
  const outputs = loss === 'cross_entropy' ? softmax(raw) : raw;
  return {
    bytes,
    raw,
    outputs,
    best: CLASSES[raw.indexOf(Math.max(...raw))],
    count: sizeOf(model.outputShape),
  };
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const powers = logits.map((one) => Math.exp(one - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((one) => one / sum);
}

/** The largest difference, as a share of the largest output. */
export function distance(got: ArrayLike<number>, wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity;
  const most = Math.max(...wanted.map(Math.abs));
  return Math.max(...wanted.map((one, i) => Math.abs(one - got[i]))) / most;
}
