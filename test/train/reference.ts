import type { AnySplit, ImageDataset } from '../../src/data/dataset.ts';
import { Graph, type Node } from '../../src/graph/graph.ts';
import { exact, type Value, type World } from '../../src/graph/value.ts';
import { CLIP } from '../../src/nn/clip.ts';
import { transposed } from '../../src/nn/layers.ts';
import { initialize } from '../../src/nn/model.ts';
import { batchMean } from '../../src/ops/batch_mean.ts';
import { gradients } from '../../src/ops/gradients.ts';
import { isParameter } from '../../src/ops/sources.ts';
import { METHOD, update } from '../../src/ops/update.ts';
import { keyOf } from '../../src/random/domains.ts';
import { shuffleOf } from '../../src/random/permute.ts';
import { runReference } from '../../src/reference/run.ts';
import { scheduleFactor } from '../../src/reference/schedules.ts';
import { networkGraph } from '../../src/train/network.ts';
import type { ImageOptions } from './helpers.ts';

type Tensors = Map<string, Float64Array>;

interface Network {
  readonly mean: Node;
  readonly rows: Node;
  readonly hits: Node | null;
  readonly outputs: Node;
  readonly slopes: ReadonlyMap<Node, Node>;
  readonly updates: readonly Node[];
}

/**
 * Trains in float64 on the CPU what a Trainer of the same options trains on the GPU. A batch that is
 * not full gets a graph of its own, of just as many rows: nothing here knows of padding or weights.
 */
export class ReferenceTrainer {
  readonly #options: ImageOptions;
  readonly #key: readonly [number, number];
  readonly #moments: World['moments'] = new Map();
  readonly #tensors: Map<string, Value>;
  readonly #networks = new Map<string, Network>();
  step = 0;

  constructor(options: ImageOptions) {
    this.#options = options;
    this.#key = keyOf(options.seed ?? 0);
    const initial = initialize(options.model, this.#key);
    this.#tensors = new Map(
      options.model.parameters.map(({ name, shape }) => {
        const values = initial.get(name) ?? new Float32Array(0);
        const data = shape.length === 2 ? transposed(values, shape[0], shape[1]) : values;
        return [name, exact(Float64Array.from(data))];
      }),
    );
  }

  #network(batch: number, training: boolean): Network {
    const name = `${batch} ${training}`;
    const made = this.#networks.get(name) ?? this.#build(batch, training);
    this.#networks.set(name, made);
    return made;
  }

  #build(batch: number, training: boolean): Network {
    const { model, loss, optimizer, target = 'label' } = this.#options;
    const { normalize = null, clip } = this.#options;
    if (normalize === 'standardise') throw new Error('the reference takes numbers');
    const names = model.parameters.map(({ name }) => name);
    const rule = optimizer[METHOD].resolve?.(names) ?? optimizer;
    const graph = new Graph();
    const network = networkGraph(graph, { model, target, normalize }, loss, batch, training);
    const mean = batchMean(network.rows);
    const slopes = gradients(mean, graph.nodes.filter(isParameter));
    const clipped = clip?.[CLIP].apply(slopes) ?? { slopes };
    const updates = [...clipped.slopes].map(([p, slope]) =>
      update(p, slope, rule[METHOD].of?.(p.name) ?? rule, { clipping: clipped.clipping }),
    );
    return { ...network, mean, slopes, updates };
  }

  #world(split: AnySplit, indices: readonly number[]): World {
    if (!('images' in split)) throw new Error('the reference takes images in memory');
    const { images, labels } = split;
    const { schedule } = this.#options;
    // Errors are bounded step by step elsewhere; over many steps only the values are of use.
    for (const [name, { data }] of this.#tensors) this.#tensors.set(name, exact(data));
    return {
      tensors: this.#tensors,
      moments: this.#moments,
      images,
      labels: Uint8Array.from(labels),
      indices,
      count: indices.length,
      step: this.step,
      key: this.#key,
      ...(schedule ? { rate: scheduleFactor(schedule, this.step) } : {}),
    };
  }

  /** The samples of the batch of a step, as a Trainer of these options takes them. */
  indicesOf(step: number): number[] {
    const { dataset, batchSize = 100 } = this.#options;
    const { count } = dataset.train;
    const batches = Math.ceil(count / batchSize);
    const first = (step % batches) * batchSize;
    const order = shuffleOf(count, Math.floor(step / batches), this.#key);
    const rows = Math.min(batchSize, count - first);
    return Array.from({ length: rows }, (_, row) => order(first + row));
  }

  /** Takes a step and returns the batch's mean loss. */
  train(indices: readonly number[] = this.indicesOf(this.step)): number {
    const { mean, updates } = this.#network(indices.length, true);
    const values = runReference(
      [mean, ...updates],
      this.#world(this.#options.dataset.train, indices),
    );
    this.step++;
    return numbersOf(values, mean)[0];
  }

  /** Gradients of a batch in PyTorch's layout, without a step. */
  gradients(indices: readonly number[] = this.indicesOf(this.step)): Tensors {
    const { slopes } = this.#network(indices.length, true);
    const world = this.#world(this.#options.dataset.train, indices);
    const values = runReference([...slopes.values()], world);
    return this.#inPyTorchsLayout(
      new Map([...slopes].map(([p, slope]) => [p.name, numbersOf(values, slope)])),
    );
  }

  /** Loss, hits and outputs of a split. */
  evaluate(which: keyof Pick<ImageDataset, 'train' | 'test'> = 'test') {
    const split = this.#options.dataset[which];
    const { mean, hits, outputs } = this.#network(split.count, false);
    const indices = Array.from({ length: split.count }, (_, i) => i);
    const targets = [mean, outputs, ...(hits ? [hits] : [])];
    const values = runReference(targets, this.#world(split, indices));
    const hit = hits ? numbersOf(values, hits).reduce((sum, one) => sum + one, 0) : null;
    return { loss: numbersOf(values, mean)[0], hits: hit, outputs: numbersOf(values, outputs) };
  }

  /** The parameters in PyTorch's layout. */
  parameters(): Tensors {
    return this.#inPyTorchsLayout(
      new Map([...this.#tensors].map(([name, { data }]) => [name, data])),
    );
  }

  #inPyTorchsLayout(tensors: ReadonlyMap<string, Float64Array>): Tensors {
    return new Map(
      this.#options.model.parameters.map(({ name, shape }) => {
        const values = tensors.get(name) ?? new Float64Array(0);
        if (shape.length === 1) return [name, values];
        const [rows, columns] = shape;
        const turned = values.map((_, i) => values[(i % columns) * rows + Math.floor(i / columns)]);
        return [name, turned];
      }),
    );
  }
}

function numbersOf(values: ReadonlyMap<Node, Value>, node: Node): Float64Array {
  return values.get(node)?.data ?? new Float64Array(0);
}
