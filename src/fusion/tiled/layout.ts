import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Node } from '../../graph/graph.ts';
import type { Ref } from '../../graph/op.ts';
import { align, slotBytes } from '../../graph/parameters.ts';
import { storageOf } from '../../graph/tensor.ts';
import type { TrainedNetwork } from './network.ts';

/** The places of a network's tensors, for shaders/tiled. */
export interface Layout {
  /** `tiled/layers` with its constants, for the updates. */
  readonly part: Part<Ref>;
  /** The first and the last parameter of all layers, also for the optimizer's state. */
  readonly first: Node;
  readonly last: Node;
  /** The tensors between a step's dispatches, side by side: outputs, slopes, losses, hits. */
  readonly made: readonly Node[];
  /** Those of them that the rows' layers read and write. */
  readonly tensors: readonly Node[];
  /** Where a parameter is in their range, in vec4. */
  parameterAt(node: Node): number;
  /** Where a tensor is in theirs. */
  madeAt(node: Node): number;
}

/** Offsets of nodes that lie side by side, in vec4. */
function offsetsOf(nodes: readonly Node[], bytesOf: (node: Node) => number): Map<Node, number> {
  let at = 0;
  return new Map(
    nodes.map((node) => {
      const offset = at / 16;
      at += bytesOf(node);
      return [node, offset];
    }),
  );
}

/** Lays out a network of two to four layers. Its parameters must lie side by side. */
export function layoutOf({ images, layers, loss }: TrainedNetwork): Layout {
  const parameters = layers.flatMap(({ weight, bias }) => [weight, bias]);
  const hidden = layers.slice(0, -1).map(({ output }) => output);
  const tensors = [...hidden, ...layers.map(({ slope }) => slope)];
  const made = [...tensors, loss.rows, ...(loss.hits ? [loss.hits] : [])];
  const parameterAt = offsetsOf(parameters, slotBytes);
  const madeAt = offsetsOf(made, (node) => align(storageOf(node.spec).bytes));
  const width = (layer: number): number => layers[layer - 1]?.weight.spec.shape[1] ?? 0;
  const at = (offsets: Map<Node, number>, node: Node | undefined): number =>
    (node && offsets.get(node)) ?? 0;
  return {
    part: use(wgsl.tiledLayers, {
      constants: {
        WIDTH_0: storageOf(images.spec).columns,
        WIDTH_1: width(1),
        WIDTH_2: width(2),
        WIDTH_3: width(3),
        WIDTH_4: width(4),
        WEIGHT_AT_1: at(parameterAt, layers[0]?.weight),
        WEIGHT_AT_2: at(parameterAt, layers[1]?.weight),
        WEIGHT_AT_3: at(parameterAt, layers[2]?.weight),
        WEIGHT_AT_4: at(parameterAt, layers[3]?.weight),
        BIAS_AT_1: at(parameterAt, layers[0]?.bias),
        BIAS_AT_2: at(parameterAt, layers[1]?.bias),
        BIAS_AT_3: at(parameterAt, layers[2]?.bias),
        BIAS_AT_4: at(parameterAt, layers[3]?.bias),
        HIDDEN_AT_2: at(madeAt, hidden[1]),
        HIDDEN_AT_3: at(madeAt, hidden[2]),
        SLOPE_AT_1: at(madeAt, layers[0]?.slope),
        SLOPE_AT_2: at(madeAt, layers[1]?.slope),
        SLOPE_AT_3: at(madeAt, layers[2]?.slope),
        SLOPE_AT_4: at(madeAt, layers[3]?.slope),
      },
    }),
    first: parameters[0],
    last: parameters[parameters.length - 1],
    made,
    tensors,
    parameterAt: (node) => at(parameterAt, node),
    madeAt: (node) => at(madeAt, node),
  };
}
