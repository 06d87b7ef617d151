import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { fromOnnx } from '../../src/onnx/index.ts';
import { distance, expected } from './runtime.ts';

/** Samples [channels, …sizes] as [...sizes, channels]. */
function channelsLast(all: Float32Array, [samples, channels, ...sizes]: readonly number[]) {
  const pixels = sizes.reduce((product, size) => product * size, 1);
  const out = new Float32Array(all.length);
  for (let sample = 0; sample < samples; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const from = (sample * channels + channel) * pixels + pixel;
        out[(sample * pixels + pixel) * channels + channel] = all[from];
      }
    }
  }
  return out;
}

/** What a file of PyTorch's became, and how far its outputs are from PyTorch's. */
export interface Compared {
  readonly file: string;
  readonly kind: string;
  readonly names: readonly string[];
  readonly off: number;
}

/** Reads all files of test/onnx/torch_files.py in a folder. */
export function compared(folder: string): Compared[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  return files.sort().map((file) => {
    const { model, parameters } = fromOnnx(readFileSync(join(folder, file)));
    const values = readFileSync(join(folder, `${file.split('.')[0]}.safetensors`));
    const { tensors } = parseSafetensors(values);
    const { shape = [], data = [] } = tensors.get('inputs') ?? {};
    const outputs = tensors.get('outputs')?.data as Float32Array;
    const own = Float32Array.from(data as Float32Array);
    const isTurned = `${model.inputShape}` !== `${shape.slice(1)}`;
    const samples = isTurned ? channelsLast(own, shape) : own;
    const off = distance(expected(model, parameters, samples), outputs, shape[0]);
    return { file, kind: model.kind, names: [...parameters.keys()], off };
  });
}
