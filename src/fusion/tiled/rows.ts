import { type Part, scoped, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { type Dispatch, type Node, type Ref, ref } from '../../graph/op.ts';
import { align } from '../../graph/parameters.ts';
import { accessesOf } from '../../graph/planned-dispatch.ts';
import { sizeOf, storageOf } from '../../graph/tensor.ts';
import { activationPart } from '../../ops/activation.ts';
import { IDENTITY } from '../../ops/activations.ts';
import { dropoutPart } from '../../ops/dropout.ts';
import type { Layout } from './layout.ts';
import type { TrainedNetwork } from './network.ts';

/** Lanes of a workgroup. */
const LANES = 256;
const SCOPES = ['second', 'third', 'fourth'] as const;

/** Lanes that share a sum of `depth4` steps, if there are so many columns (vec4). */
const slicesOf = (columns4: number, depth4: number): number =>
  Math.max(1, Math.min(depth4, Math.floor(LANES / columns4)));

/** The layers behind the first one, and the most workgroup memory that their sums need, in vec4. */
function layerParts({ layers }: TrainedNetwork, { parameterAt, madeAt }: Layout) {
  let shares = 0;
  let heldBelow = 0;
  const parts = layers.slice(1).flatMap((layer, i): Part<Ref>[] => {
    const below = layers[i];
    const { columns: DEPTH, columns4: DEPTH4 } = storageOf(below.output.spec);
    const { columns: COLUMNS, columns4: WIDTH4 } = storageOf(layer.output.spec);
    const SLICES = slicesOf(WIDTH4, DEPTH4);
    const BACK_SLICES = slicesOf(DEPTH4, WIDTH4);
    shares = Math.max(shares, 2 * SLICES * WIDTH4, 2 * BACK_SLICES * DEPTH4);
    const HELD_BELOW = heldBelow;
    heldBelow += 2 * DEPTH4;
    // The linker tells arrays that it takes apart by their names.
    const own = ['w', 'v', 'g', 'h'].map((name) => [name, `${SCOPES[i]}_${name}`] as const);
    const mask = i === 0 ? 'firstMask' : `${SCOPES[i - 1]}_mask`;
    const names = [new Map([['maskBelow', mask], ...own])];
    const body = use<'tiled/layer', Ref>(wgsl.tiledLayer, {
      constants: {
        WIDTH4,
        DEPTH,
        DEPTH4,
        WEIGHT_AT: parameterAt(layer.weight),
        BIAS_AT: parameterAt(layer.bias),
        HELD_BELOW,
        HELD_HERE: heldBelow,
        SLOPE_BELOW_AT: madeAt(below.slope),
        SLICES,
        TURNS: Math.ceil(DEPTH4 / SLICES),
        BACK_SLICES,
        BACK_TURNS: Math.ceil(WIDTH4 / BACK_SLICES),
      },
    });
    const finish: Part<Ref> =
      i === layers.length - 2
        ? use(wgsl.tiledLast, { constants: { HELD_AT: heldBelow } })
        : use(wgsl.tiledHidden, {
            constants: {
              LAYER: i + 1,
              COLUMNS,
              HELD_AT: heldBelow,
              MADE_AT: madeAt(layer.output),
            },
          });
    return scoped(SCOPES[i], [body, finish]).map((part) => ({
      ...part,
      names: [...(part.names ?? []), ...names],
    }));
  });
  const all: readonly Part<Ref>[] = [
    use(wgsl.tiledLayersTwo),
    use(wgsl.tiledLayersThree),
    use(wgsl.tiledLayersFour),
  ];
  return {
    parts: [...parts, all[layers.length - 2]],
    shares,
    lastHeld: heldBelow,
  };
}

const READ = new Map([['labelOfRow', 'data_labelOfRow']]);

/** The parts of a loss, with the label of a row read once, before it is needed. */
function lossParts(parts: readonly Part<Ref>[]): Part<Ref>[] {
  const reads = parts.filter(({ file }) => /\bfn labelOfRow\b/.test(file.source));
  if (reads.length === 0) return [...parts, use(wgsl.tiledNoLabel)];
  return [
    ...parts.filter((part) => !reads.includes(part)),
    ...reads.map((part) => ({ ...part, names: [...(part.names ?? []), READ] })),
    use(wgsl.tiledLabel),
  ];
}

/** The first layer's output is only read, although its binding is written to. */
function accessesOfRows(parts: readonly Part<Ref>[], hidden: Node) {
  const { reads, writes } = accessesOf({ label: '', parts, grid: [1, 1, 1], flop: 0 });
  return {
    reads: [...reads, ref(hidden)],
    writes: writes.filter((one) => one.kind !== 'tensor' || one.node !== hidden),
  };
}

/** See shaders/tiled/rows.wgsl. */
export function rowsDispatch(network: TrainedNetwork, layout: Layout): Dispatch {
  const { layers, loss } = network;
  const { first, last, tensors, madeAt } = layout;
  const [{ output: hidden, activated, dropped }] = layers;
  const end = layers[layers.length - 1];
  const { rows: batch, columns: classes, columns4 } = storageOf(loss.outputs.spec);
  const products = layers.slice(1).reduce((sum, { weight }) => sum + sizeOf(weight.spec.shape), 0);
  const sums: Part<Ref> = loss.hits
    ? use(wgsl.headSums, {
        constants: { HITS_AT: align(storageOf(loss.rows.spec).bytes) / 4 },
        bindings: { rowSums: { kind: 'packed', nodes: [loss.rows, loss.hits] } },
      })
    : use(wgsl.headLosses, { bindings: { losses: ref(loss.rows) } });
  const { parts: ofLayers, shares, lastHeld } = layerParts(network, layout);
  // Where the activation's gradient is 0, the mask does not matter.
  const isScaled = dropped && activated?.attributes.isZeroAtZero;
  const parts: readonly Part<Ref>[] = [
    use(wgsl.tiledRows, {
      constants: {
        INVOCATIONS: LANES,
        HELD: lastHeld + 2 * columns4,
        SHARES: shares,
        FIRST_WIDTH4: storageOf(hidden.spec).columns4,
        LAST_WIDTH4: columns4,
        LAST_HELD: lastHeld,
        LAST_SLOPE_AT: madeAt(end.slope),
      },
      bindings: {
        learned: { kind: 'parameters', first, last },
        made: { kind: 'packed', nodes: tensors },
      },
    }),
    ...ofLayers,
    isScaled
      ? use(wgsl.tiledFirstScale, { constants: { FIRST_SCALE: dropped.attributes.scale } })
      : use(wgsl.tiledFirstDrop),
    use(wgsl.tiledOutputs),
    sums,
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    use(wgsl.lossClasses, { constants: { CLASSES: classes } }),
    ...lossParts(loss.parts),
    activationPart(activated?.attributes ?? IDENTITY),
    ...scoped('output', [activationPart(end.activated?.attributes ?? IDENTITY)]),
    dropped ? dropoutPart(dropped.attributes) : use(wgsl.dropoutNone),
  ];
  const own = [...parts, use<'tiled/no_copy', Ref>(wgsl.tiledNoCopy)];
  const dispatch: Dispatch = {
    label: 'rows',
    parts: own,
    ...accessesOfRows(own, hidden),
    // Two rows each; the batch is padded to a multiple of 4.
    grid: [2 * Math.ceil(batch / 4), 1, 1],
    // A multiply-add forward, and one backward.
    flop: 8 * batch * classes + 4 * batch * products,
    closing: ({ rows }) =>
      rows === loss.rows
        ? {
            ...dispatch,
            parts: [
              ...parts,
              use(wgsl.tiledCopyStep, {
                bindings: { stepCopy: { kind: 'program', name: 'stepCopy' } },
              }),
            ],
          }
        : undefined,
  };
  return dispatch;
}
