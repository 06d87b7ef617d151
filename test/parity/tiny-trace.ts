import { type WritableTensor, writeSafetensors } from '../../src/data/safetensors.ts';
import { parseTrace, type Trace } from '../../src/parity/trace.ts';

/** An object of the trace's JSON. */
export type Json = Readonly<Record<string, unknown>>;

const CONFIG: Json = {
  name: 'tiny',
  layers: [4, 3, 2],
  act: 'relu',
  loss: 'cross_entropy',
  target: 'label',
  optimizer: { type: 'sgd', lr: 0.1 },
  batch: 2,
  steps: 3,
  seed: 1,
};

const TOP: Json = { torch: '1.13.0', loss: [3, 2, 1], test_loss: 0.5, test_accuracy: 0.75 };

/** Rising numbers. */
export const floats = (shape: readonly number[], first: number): WritableTensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + i),
});

/** The tensors of a trace of linear layers between these widths. */
function tensorsOf(widths: readonly number[]): Map<string, WritableTensor> {
  const tensors = new Map<string, WritableTensor>();
  ['init', 'grad0', 'final'].forEach((prefix, at) => {
    for (let k = 0; k + 1 < widths.length; k++) {
      tensors.set(`${prefix}.${k}.weight`, floats([widths[k + 1], widths[k]], 100 * at + 10 * k));
      tensors.set(`${prefix}.${k}.bias`, floats([widths[k + 1]], -100 * at - 10 * k));
    }
  });
  tensors.set('indices', { shape: [3, 2], data: Int32Array.of(5, 0, 1, 1, 2, 9) });
  return tensors;
}

/** How a trace differs from one that can be read. */
export interface Change {
  readonly config?: Json;
  readonly top?: Json;
  /** Tensors to put in place of the right ones; null leaves one out. */
  readonly tensors?: Readonly<Record<string, WritableTensor | null>>;
}

/** Writes a trace of a 4–3–2 network over three steps of two samples, changed, and reads it. */
export function parse({ config = {}, top = {}, tensors = {} }: Change = {}): Trace {
  const merged: Json = { ...CONFIG, ...config };
  const file = tensorsOf(Array.isArray(merged.layers) ? merged.layers : []);
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor) file.set(name, tensor);
    else file.delete(name);
  }
  const json = JSON.stringify({ config: merged, ...TOP, ...top });
  return parseTrace('tiny', json, writeSafetensors(file));
}
