import { Graph, type Node } from '../../src/graph/graph.ts';
import {
  adam,
  dropout,
  flatten,
  linear,
  mlp,
  relu,
  Sequential,
  sgd,
  sigmoid,
  tanh,
} from '../../src/nn/index.ts';
import type { LossKind } from '../../src/nn/losses.ts';
import { batchMean, gradients } from '../../src/ops/index.ts';
import type { Loss } from '../../src/ops/loss.ts';
import { isParameter } from '../../src/ops/sources.ts';
import type { OptimizerRule } from '../../src/ops/update.ts';
import { update } from '../../src/ops/update.ts';
import { type ModelOptions, networkGraph } from '../../src/train/network.ts';
import { MODELS } from '../../src/verify/models.ts';

export interface TrainingOptions extends Partial<ModelOptions> {
  readonly model: ModelOptions['model'];
  readonly loss?: Loss | LossKind;
  readonly batch?: number;
  readonly rule?: OptimizerRule;
  /** Parameters that keep their values. */
  readonly frozen?: readonly string[];
}

export interface TrainingGraph {
  readonly graph: Graph;
  readonly outputs: Node;
  readonly parameters: readonly Node[];
  readonly slopes: ReadonlyMap<Node, Node>;
  readonly targets: readonly Node[];
  /** What a session reads after each step: the rows' losses and hits. */
  readonly keep: readonly Node[];
}

/** The graph of a training step, as the trainer builds it. */
export function trainingGraph({
  model,
  target = 'label',
  normalize = null,
  loss = 'cross_entropy',
  batch = 100,
  rule = adam(),
  frozen = [],
}: TrainingOptions): TrainingGraph {
  const graph = new Graph();
  const { outputs, rows, hits } = networkGraph(
    graph,
    { model, target, normalize },
    loss,
    batch,
    true,
  );
  const parameters = graph.nodes.filter((node) => isParameter(node) && !frozen.includes(node.name));
  const slopes = gradients(batchMean(rows), parameters);
  const updates = [...slopes].map(([parameter, slope]) => update(parameter, slope, rule));
  const keep = hits ? [rows, hits] : [rows];
  return { graph, outputs, parameters, slopes, targets: [...keep, ...updates], keep };
}

/** Section II's network with the paper's dropout. */
export const PAPER: TrainingOptions = {
  model: mlp([28, 28], [784, 128, 64, 10], { dropout: 0.2 }),
};
/** A network with a small plan. */
export const TINY: TrainingOptions = { model: mlp([2, 2], [4, 3, 2]), batch: 2 };
const SMALL = { batch: 6, rule: sgd({ momentum: 0.9 }) };

const layers = (...list: ConstructorParameters<typeof Sequential>[1]): Sequential =>
  new Sequential([3, 3], [flatten(), ...list]);

/** Networks that cover every fusion rule, and every reason for which one does not apply. */
export const NETWORKS: Readonly<Record<string, TrainingOptions>> = {
  'the paper’s network': PAPER,
  'a tiny network': TINY,
  'one layer': { model: mlp([3, 3], [9, 4]), ...SMALL },
  'four layers against one-hot labels': { model: mlp([3, 3], [9, 8, 7, 6, 5]), loss: 'mse' },
  'sigmoid with dropout': {
    model: mlp([3, 3], [9, 7, 5], { activation: 'sigmoid', dropout: 0.5 }),
  },
  'tanh with dropout, normalised': {
    model: mlp([3, 3], [9, 7, 5], { activation: 'tanh', dropout: 0.5 }),
    normalize: [0.3, 0.4],
    rule: sgd(),
  },
  'no bias': {
    model: layers(linear(9, 8, { bias: false }), relu(), linear(8, 4, { bias: false })),
    ...SMALL,
  },
  'dropout without activation, twice': {
    model: layers(linear(9, 8), dropout(0.1), dropout(0.2), linear(8, 4)),
  },
  'activations behind each other': {
    model: layers(linear(9, 8), tanh(), dropout(0.1), relu(), sigmoid(), linear(8, 4)),
  },
  'dropout on the images': { model: layers(dropout(0.3), linear(9, 8), relu(), linear(8, 4)) },
  'linear behind linear': { model: layers(linear(9, 8), linear(8, 4), linear(4, 3)) },
  'an autoencoder': {
    model: mlp([3, 3], [9, 4, 9], { outputActivation: 'sigmoid' }),
    target: 'input',
    loss: 'mse',
  },
  'a first layer that is frozen': { ...PAPER, frozen: ['1.weight', '1.bias'] },
  'frozen weights': { ...PAPER, frozen: ['1.weight', '4.weight'] },
  'frozen biases': { ...PAPER, frozen: ['1.bias', '7.bias'] },
  ...Object.fromEntries(
    Object.entries(MODELS).map(([title, model]) => [title, { model, batch: 6 }]),
  ),
};
