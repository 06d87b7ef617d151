/** What an app writes: checked by compilers, bundlers and Node against the package as it is published. */
import {
  adam,
  DataError,
  Engine,
  type GivenFunction,
  Inference,
  linear,
  OptionError,
  relu,
  Sequential,
  type TensorDataset,
  Trainer,
} from 'gradweave';
import { checkpointOf, readWeights, restore, weightsOf } from 'gradweave/checkpoint';
import { builtInGarments, parseSafetensors } from 'gradweave/data';
import { exact, Graph, input, runReference } from 'gradweave/reference';

const inputs: GivenFunction = {
  wgsl: 'fn valueAt(sample: u32, column: u32) -> f32 { return f32(sample + column); }',
};

export async function train(device: GPUDevice, targets: GPUBuffer): Promise<Uint8Array> {
  const engine = Engine.adopt(device);
  const model = new Sequential([2], [linear(2, 8), relu(), linear(8, 1)]);
  const dataset: TensorDataset = { train: { count: 64, inputs, targets } };
  const trainer = await Trainer.create(engine, { model, dataset, loss: 'mse', optimizer: adam() });
  trainer.run({ budget: '4ms' });
  restore(trainer, await checkpointOf(trainer));
  const weights = readWeights(await weightsOf(trainer), model);
  const inference = await Inference.create(engine, { model, batch: 64, weights, input: inputs });
  inference.encode(device.createCommandEncoder(), null, targets);
  return weightsOf(trainer);
}

/** What an app writes that has nothing but arrays. */
export async function trainArrays(engine: Engine, rows: number[][]): Promise<number> {
  const model = new Sequential([2], [linear(2, 8), relu(), linear(8, 3)]);
  const trainer = await Trainer.create(engine, {
    model,
    dataset: { train: { inputs: rows, labels: rows.map(() => 0) }, validation: 0.2 },
    loss: 'cross_entropy',
    optimizer: adam(),
    normalize: 'standardise',
  });
  const history = await trainer.fit({ epochs: 2, onEpoch: ({ test }) => console.log(test.loss) });
  trainer.load(await trainer.parameters());
  await trainer.predict(rows);
  engine.free(engine.upload(Uint8Array.of(1, 2)));
  return history[0].test.loss;
}

/** What needs no GPU, and whether the entry points share their classes. */
export function check(): string {
  const graph = new Graph();
  const x = input(graph, 'x', [1, 2]);
  const tensors = new Map([['x', exact(Float64Array.of(1, 2))]]);
  const none = {
    images: new Uint8Array(),
    labels: new Uint8Array(),
    indices: [],
    moments: new Map(),
  };
  const world = { ...none, tensors, count: 1, step: 0, key: [0, 0] as const };
  const { data } = runReference([x], world).get(x) ?? { data: [] };
  const errors = [
    () => linear(0, 1),
    () => parseSafetensors(new Uint8Array(3)),
    () => readWeights(new Uint8Array(3), new Sequential([1], [linear(1, 1)])),
  ].map((work) => {
    try {
      work();
      return 'none';
    } catch (error) {
      return error instanceof OptionError
        ? 'option'
        : error instanceof DataError
          ? 'data'
          : 'other';
    }
  });
  const { train: split } = builtInGarments({ train: 10, test: 10 });
  return [...data, ...errors, split.count, typeof Trainer.create].join(' ');
}
