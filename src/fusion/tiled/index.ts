import { type Node, ownerOf } from '../../graph/graph.ts';
import { slotBytes } from '../../graph/parameters.ts';
import type { Fusion, FusionView } from '../../graph/planner.ts';
import { sizeOf, storageOf } from '../../graph/tensor.ts';
import { isSameActivation } from '../../ops/activation.ts';
import { bindingsOf } from '../../ops/features.ts';
import { isLabels, isParameter } from '../../ops/sources.ts';
import { bindsTooMany } from '../elements.ts';
import { NO_ROOM } from '../loss.ts';
import { firstDispatch } from './first.ts';
import { layoutOf } from './layout.ts';
import { type TrainedNetwork, trainedNetworks } from './network.ts';
import { rowsDispatch } from './rows.ts';
import { updatesDispatch } from './updates.ts';

/** The most layers that shaders/tiled/layers.wgsl allows. */
const MOST_LAYERS = 4;
/** WebGPU's default for the size of a binding, in bytes. */
const MOST_BOUND = 128 * 2 ** 20;
/** Above these, the other rules' products are faster; see {@link tooLarge}. */
const MOST_WEIGHTS = 16_384;
/** Of 256 lanes, at least four share a sum. */
const MOST_WIDTH = 256;
const MOST_OUTPUTS = 64;
const MOST_ROWS = 1024;
/** WebGPU's limit for a side of a grid. */
const MOST_GROUPS = 65535;

/**
 * The tiled family's plan for a multilayer perceptron. Its three dispatches are the first layer (of large
 * batches {@link fuseElements} makes it), all work on single rows, and all updates. If a network does not fit, the plan records why and the other
 * rules apply.
 */
export function fuseTiled(view: FusionView): Fusion[] {
  return trainedNetworks(view).flatMap((network) => {
    // One layer takes three dispatches anyway.
    if (network.layers.length < 2) return [];
    const obstacle = tooLarge(network) ?? obstacleTo(network, view);
    if (obstacle) {
      view.decline(network.loss.rows, `not in the plan of three dispatches: ${obstacle}`);
      return [];
    }
    const layout = layoutOf(network);
    const rows = rowsDispatch(network, layout);
    const updates = updatesDispatch(network, layout);
    if (updates.grid[0] > MOST_GROUPS) return [];
    if ([rows, updates].some(({ parts }) => bindsTooMany(view, network.loss.rows, parts)))
      return [];
    const { images, layers } = network;
    const [{ nodes, output }] = layers;
    const covers = coveredByRows(network);
    const updated = layers.flatMap((layer) => layer.updates);
    const inside = new Set([...covers, ...updated, ...nodes]);
    const passing = [images, ...nodes].filter((node) => node !== output);
    const alone = passing.every(
      (node) => !view.kept(node) && view.consumers(node).every((reader) => inside.has(reader)),
    );
    // Else the product of the first layer stores what others read.
    const forward = alone ? firstDispatch(network, layout) : undefined;
    return [
      ...(forward ? [{ covers: [images, ...nodes], dispatch: forward }] : []),
      { covers: covers.filter((node) => !forward || node !== images), dispatch: rows },
      { covers: updated, dispatch: updates },
    ];
  });
}

function coveredByRows({ layers, loss }: TrainedNetwork): Node[] {
  const forward = layers.slice(1).flatMap(({ nodes }) => nodes);
  const back = layers.flatMap((layer) => layer.back);
  return [...new Set([...loss.covers, ...forward, ...back])];
}

const bytesOf = (nodes: readonly Node[]): number =>
  nodes.reduce((sum, node) => sum + slotBytes(node), 0);

/**
 * Why products of matrices are faster than this plan, whose workgroups read all weights behind the first layer: the
 * bounds are estimates, but for 784–512–256–10 and an autoencoder, which took 234 and 300 µs a step on an H200.
 */
function tooLarge({ layers, loss }: TrainedNetwork): string | undefined {
  const weights = layers.slice(1).reduce((sum, { weight }) => sum + sizeOf(weight.spec.shape), 0);
  const widths = layers.slice(0, -1).map(({ output }) => storageOf(output.spec).columns);
  const { rows: batch, columns: outputs } = storageOf(loss.outputs.spec);
  for (const [what, size, most] of [
    ['weights behind its first layer', weights, MOST_WEIGHTS],
    ['columns in a hidden layer', Math.max(...widths), MOST_WIDTH],
    ['outputs', outputs, MOST_OUTPUTS],
    ['rows in a batch', batch, MOST_ROWS],
  ] as const) {
    if (size > most) return `it has ${size} ${what}, and products are faster above ${most}`;
  }
  return undefined;
}

/** Why this plan cannot train a network; undefined if it can. */
function obstacleTo(network: TrainedNetwork, view: FusionView): string | undefined {
  const { layers, loss } = network;
  if (layers.length > MOST_LAYERS) {
    return `the network has ${layers.length} layers; at most ${MOST_LAYERS} fit`;
  }
  const hidden = layers.slice(0, -1);
  const [{ weight, activated, dropped, step }] = layers;
  const { rule } = step.attributes;
  if (
    !hidden.every((layer) => isSameActivation(layer.activated?.attributes, activated?.attributes))
  ) {
    return 'the hidden layers have different activations';
  }
  const sameMasks = hidden.every((layer, i) => {
    const mask = layer.dropped?.attributes;
    return (
      mask?.threshold === dropped?.attributes.threshold &&
      (!mask || !dropped || mask.layer === dropped.attributes.layer + i)
    );
  });
  if (!sameMasks) return 'the hidden layers have different dropouts';
  if (layers.some((layer) => layer.step.attributes.rule !== rule))
    return 'the layers have different optimizers';
  if (loss.weighed && loss.isBound) return NO_ROOM;
  if (loss.labels && !isLabels(loss.labels)) return 'the classes are not those of the data set';
  if (bindingsOf(network.images.attributes) > 1) {
    return 'the function of its inputs needs more than one binding';
  }
  const parameters = weight.graph.nodes.filter(isParameter);
  const begin = parameters.indexOf(weight);
  const wanted = layers.flatMap((layer) => [layer.weight, layer.bias]);
  if (wanted.some((node, i) => parameters[begin + i] !== node)) {
    return 'the parameters do not lie side by side';
  }
  if (bytesOf(wanted) > MOST_BOUND) return 'its parameters exceed the 128 MiB of a binding';
  const read = readOutside(network, view);
  return read && `another op reads ${read.name}`;
}

/** A node that the plan would not write to memory, although another node reads it. */
function readOutside(network: TrainedNetwork, view: FusionView): Node | undefined {
  const { layers, loss } = network;
  const covered = new Set([
    ...coveredByRows(network),
    ...layers.flatMap(({ updates }) => updates),
    ...layers[0].nodes,
  ]);
  const written = new Set<Node>([loss.rows, ...(loss.hits ? [loss.hits] : [])]);
  for (const { output, slope } of layers.slice(0, -1)) written.add(output).add(slope);
  written.add(layers[layers.length - 1].slope);
  const [{ nodes: first }] = layers;
  return [...covered].find(
    (node) =>
      !written.has(ownerOf(node)) &&
      !first.includes(node) &&
      (view.kept(node) || view.consumers(node).some((reader) => !covered.has(reader))),
  );
}
