import { type Part, scoped, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { type Dispatch, type Ref, ref } from '../../graph/op.ts';
import { align } from '../../graph/parameters.ts';
import { sizeOf, storageOf } from '../../graph/tensor.ts';
import { activationPart } from '../../ops/activation.ts';
import { IDENTITY } from '../../ops/activations.ts';
import { dropoutPart } from '../../ops/dropout.ts';
import type { Layout } from './layout.ts';
import type { TrainedNetwork } from './network.ts';

/** WebGPU's default for workgroup memory, in vec4. */
const MEMORY4 = 16384 / 16;

/** Lanes of a workgroup, and the shares that they split a sum into. The first that fits memory is used. */
const GROUPS = [
  { invocations: 256, slices: 4 },
  { invocations: 128, slices: 2 },
  { invocations: 64, slices: 1 },
] as const;

/** The size of four rows of all layers, in vec4. */
function heldBy({ layers }: TrainedNetwork): number {
  return layers.reduce((sum, { output }) => sum + 4 * storageOf(output.spec).columns4, 0);
}

/** The workgroup for a network's rows; undefined if they do not fit. */
export function groupFor(network: TrainedNetwork) {
  return GROUPS.find(({ invocations }) => heldBy(network) + invocations <= MEMORY4);
}

/** See shaders/tiled/rows.wgsl. */
export function rowsDispatch(
  network: TrainedNetwork,
  { part, first, last, made }: Layout,
  { invocations, slices }: (typeof GROUPS)[number],
): Dispatch {
  const { layers, loss } = network;
  const [{ output: hidden, activated, dropped }] = layers;
  const end = layers[layers.length - 1];
  const { rows: batch, columns: classes } = storageOf(loss.outputs.spec);
  const products = layers.slice(1).reduce((sum, { weight }) => sum + sizeOf(weight.spec.shape), 0);
  const sums: Part<Ref> = loss.hits
    ? use(wgsl.headSums, {
        constants: { HITS_AT: align(storageOf(loss.rows.spec).bytes) / 4 },
        bindings: { rowSums: { kind: 'packed', nodes: [loss.rows, loss.hits] } },
      })
    : use(wgsl.headLosses, { bindings: { losses: ref(loss.rows) } });
  return {
    label: 'rows',
    parts: [
      use(wgsl.tiledRows, {
        constants: { INVOCATIONS: invocations, SLICES: slices, HELD: heldBy(network) },
        bindings: {
          hidden: ref(hidden),
          weights: { kind: 'parameters', first, last },
          made: { kind: 'packed', nodes: made },
        },
      }),
      part,
      use(wgsl.tiledOutputs),
      sums,
      use(wgsl.stepBatch, { constants: { BATCH: batch } }),
      use(wgsl.lossClasses, { constants: { CLASSES: classes } }),
      ...loss.parts,
      activationPart(activated?.attributes ?? IDENTITY),
      ...scoped('output', [activationPart(end.activated?.attributes ?? IDENTITY)]),
      dropped ? dropoutPart(dropped.attributes) : use(wgsl.dropoutNone),
    ],
    grid: [Math.ceil(batch / 4), 1, 1],
    // A multiply-add forward, and one backward.
    flop: 8 * batch * classes + 4 * batch * products,
  };
}
