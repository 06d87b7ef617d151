import type { ImageDataset } from '../../src/data/dataset.ts';
import { type WritableTensor, writeSafetensors } from '../../src/data/safetensors.ts';
import { type Layer, linear, relu, Sequential, sigmoid, tanh } from '../../src/nn/layers.ts';
import { parseTrace, type Trace } from '../../src/parity/trace.ts';
import { RandomStream } from '../../src/random/stream.ts';
import type { TrainerOptions } from '../../src/train/trainer.ts';
import { ReferenceTrainer } from '../train/reference.ts';

/** What a trace's JSON says of its run, in PyTorch's words. */
export interface TraceConfig {
  readonly layers: readonly number[];
  readonly act?: 'relu' | 'sigmoid' | 'tanh';
  readonly out_act?: 'sigmoid' | 'tanh';
  readonly loss: TrainerOptions['loss'];
  readonly target?: 'label' | 'input';
  readonly optimizer: Readonly<Record<string, unknown>>;
  readonly batch: number;
  readonly steps: number;
  readonly normalize?: readonly [number, number];
}

const LAYERS = { relu, sigmoid, tanh };

function modelOf({ layers: widths, act = 'relu', out_act }: TraceConfig): Sequential {
  const layers: Layer[] = [];
  for (let i = 1; i < widths.length; i++) {
    layers.push(linear(widths[i - 1], widths[i]));
    if (i < widths.length - 1) layers.push(LAYERS[act]());
  }
  if (out_act) layers.push(LAYERS[out_act]());
  return new Sequential([widths[0]], layers);
}

/**
 * Makes the two files of a trace by training in float64 what the configuration says, and reads them.
 *
 * @param rule the configuration's optimizer as gradweave has it
 */
export function makeTrace(
  name: string,
  config: TraceConfig,
  rule: TrainerOptions['optimizer'],
  dataset: ImageDataset,
): Trace {
  const { batch, steps, loss, target = 'label', normalize = null } = config;
  const model = modelOf(config);
  const options = { model, dataset, loss, target, normalize, optimizer: rule, batchSize: batch };
  const reference = new ReferenceTrainer({ ...options, seed: 5 });
  const random = new RandomStream([6, 7]);
  const indices = Int32Array.from({ length: steps * batch }, () =>
    random.below(dataset.train.count),
  );
  const batchOf = (step: number): number[] => [
    ...indices.subarray(step * batch, (step + 1) * batch),
  ];

  const tensors = new Map<string, WritableTensor>([
    ['indices', { shape: [steps, batch], data: indices }],
  ]);
  const keep = (prefix: string, values: ReadonlyMap<string, Float64Array>): void => {
    const seen = { weight: 0, bias: 0 };
    for (const [parameter, { shape }] of model.named) {
      const kind = parameter.slice(parameter.lastIndexOf('.') + 1);
      const key = `${prefix}.${seen[kind as 'weight' | 'bias']++}.${kind}`;
      tensors.set(key, { shape, data: Float32Array.from(values.get(parameter) ?? []) });
    }
  };
  keep('init', reference.parameters());
  keep('grad0', reference.gradients(batchOf(0)));
  const losses = Array.from({ length: steps }, (_, step) => reference.train(batchOf(step)));
  keep('final', reference.parameters());
  const { loss: testLoss, hits } = reference.evaluate('test');
  const json = {
    config: { name, ...config },
    loss: losses,
    test_loss: testLoss,
    test_accuracy: hits === null ? null : hits / dataset.test.count,
  };
  return parseTrace(name, JSON.stringify(json), writeSafetensors(tensors));
}
