import { paddedBytes } from '../data/host.ts';
import type { PlacedSplit } from '../data/place.ts';
import { mostResidentBytes } from '../data/resident.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { KernelFamily, OldKernelFamily } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { Graph } from '../graph/graph.ts';
import type { ParameterStore } from '../graph/store.ts';
import { fromStorage, sizeOf } from '../graph/tensor.ts';
import type { LossKind } from '../nn/losses.ts';
import { buildModel, rowsOf } from '../nn/model.ts';
import { confusion } from '../ops/classify.ts';
import { pixels } from '../ops/features.ts';
import { formulaOf, type Loss } from '../ops/loss.ts';
import { type ModelOptions, networkGraph } from './network.ts';
import { Session } from './session.ts';
import type { SessionGraph } from './session-options.ts';

/** The parts of a forward pass without dropout. */
export interface ForwardOptions {
  readonly network: ModelOptions;
  readonly loss: Loss | LossKind;
  readonly plan: PlanKind;
  readonly store: ParameterStore;
  /** The family of kernels. Default the engine's. */
  readonly family?: KernelFamily | OldKernelFamily | undefined;
}

/** The results of a step that stay in memory: losses and hits; also the outputs; also the truth. */
export type Kept = 'sums' | 'outputs' | 'answers';

/** Values per sample in the widest tensor. */
function widest(model: ModelOptions['model']): number {
  const graph = new Graph();
  buildModel(model, pixels(graph, [1, ...model.inputShape]), false);
  const tensors = graph.nodes.filter(({ op }) => op.residence !== 'external');
  return Math.max(...tensors.map(({ spec }) => sizeOf(spec.shape)));
}

/**
 * Samples per batch: as many as wanted, if they fit one binding as floats. A row's outputs have the same bits in
 * any batch.
 */
export function batchFor(
  gpu: Gpu,
  { network }: Pick<ForwardOptions, 'network'>,
  wanted: number,
): number {
  const row = 4 * paddedBytes(widest(network.model));
  // The rows of matrices are padded to a multiple of 4.
  const binding = 4 * Math.floor(mostResidentBytes(gpu) / (4 * row));
  return Math.max(1, Math.min(wanted, binding));
}

/** Whether a device can count [class][predicted] in one binding. */
export const countable = (gpu: Gpu, classes: number): boolean =>
  4 * classes ** 2 <= mostResidentBytes(gpu);

/** Builds the graph of a pass over a split. */
export function forwardGraph(
  graph: Graph,
  { network, loss }: Pick<ForwardOptions, 'network' | 'loss'>,
  { sources }: Pick<PlacedSplit, 'sources'>,
  kept: Kept,
  batch: number,
  counted: boolean,
): SessionGraph {
  const made = networkGraph(graph, network, loss, batch, false, sources);
  const { rows, hits, labels, outputs, truth, weights } = made;
  const counts = counted && labels ? [confusion(outputs, labels, formulaOf(loss)?.ignored)] : [];
  const ends = { sums: [], outputs: [outputs], answers: [truth, outputs] };
  const keep = [rows, hits, weights?.node, ...ends[kept]].filter((node) => !!node);
  return { rows, hits, totals: weights?.totals, targets: [...keep, ...counts], keep };
}

/** A session that goes through a split in order. */
export function forwardSession(
  gpu: Gpu,
  options: ForwardOptions,
  split: PlacedSplit,
  kept: Kept,
  batch: number,
): Promise<Session> {
  const { plan, store, network, family } = options;
  const { width: classes } = rowsOf(network.model, network.target);
  const counted = kept === 'sums' && network.target === 'label' && countable(gpu, classes);
  return Session.create(gpu, {
    plan,
    ...(family ? { family } : {}),
    build: (graph) => forwardGraph(graph, options, split, kept, batch, counted),
    store,
    split,
    batch,
    key: [0, 0],
    order: { kind: 'sequential' },
    ...(counted ? { classes } : {}),
  });
}

/**
 * Runs the next step of a session that keeps its outputs, and reads them.
 *
 * @param rows wanted samples of the batch
 * @returns [rows, …outputs], row by row
 * @throws DeviceError if WebGPU refuses the step; what a source throws
 */
export async function outputsOf(gpu: Gpu, session: Session, rows: number): Promise<Float32Array> {
  const encoder = gpu.device.createCommandEncoder();
  await session.stage(encoder, 1);
  gpu.assertAlive();
  session.encode(encoder, 1);
  const taken = gpu.submit(encoder);
  const { keep } = session.graph;
  const outputs = keep[keep.length - 1];
  const { spec } = outputs;
  const size = sizeOf(spec.shape);
  const stored = await session.read(outputs);
  await taken;
  return fromStorage(spec, stored, new Float32Array(size)).subarray(
    0,
    (rows * size) / spec.shape[0],
  );
}
