import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import type { Closing, Dispatch, Node, Ref } from '../../graph/op.ts';
import { sizeOf, storageOf } from '../../graph/tensor.ts';
import { featureParts } from '../../ops/features.ts';
import { optimizerParts, updateFlop } from '../../ops/update.ts';
import { gradientOf } from '../update.ts';
import type { Layout } from './layout.ts';
import type { TrainedNetwork } from './network.ts';

/** Groups of 64 lanes that share the sums in a workgroup. */
const SLICES = 4;

const program = (name: string): Ref => ({ kind: 'program', name });

/** Tiles of 8×8 blocks. */
const tilesOf = (m4: number, n4: number): number => Math.ceil(m4 / 8) * Math.ceil(n4 / 8);

/** The weight gradients and optimizer steps of all layers: shaders/tiled/updates.wgsl. */
export function updatesDispatch(
  { images, layers, loss }: TrainedNetwork,
  { part, first, last, made, tensors, madeAt }: Layout,
): Dispatch {
  const [batch] = layers[0].output.spec.shape;
  let tiles = 0;
  const ends = layers.map(({ weight, input }) => {
    // The row of ones below the inputs gives the gradient of the bias.
    tiles += tilesOf(storageOf(input.spec).columns4 + 1, storageOf(weight.spec).columns4);
    return tiles;
  });
  const [{ step }] = layers;
  const elements = layers.reduce(
    (sum, { weight, bias }) => sum + sizeOf(weight.spec.shape) + sizeOf(bias.spec.shape),
    0,
  );
  const partsOf = (nodes: readonly Node[]): readonly Part<Ref>[] => [
    use(wgsl.tiledUpdates, {
      constants: {
        K: batch,
        SLICES,
        TILES_1: ends[0],
        TILES_2: ends[1] ?? tiles,
        TILES_3: ends[2] ?? tiles,
      },
      bindings: { stored: { kind: 'packed', nodes } },
    }),
    part,
    ...featureParts(images.attributes),
    ...optimizerParts(step.attributes, first, last, gradientOf(step).between[0]),
  ];
  const closed = ({ rows, hits, parts: tick }: Closing): Dispatch | undefined => {
    if (rows !== loss.rows || (hits ?? undefined) !== loss.hits) return undefined;
    return {
      ...dispatch,
      label: 'updates, tick',
      parts: [
        ...partsOf(made),
        ...COPIES,
        use(wgsl.tiledTicking, {
          constants: { LOSSES_AT: madeAt(loss.rows) },
          bindings: { state: program('state') },
        }),
        loss.hits
          ? use(wgsl.tiledRowHits, { constants: { HITS_AT: madeAt(loss.hits) } })
          : use(wgsl.metricsNoHits),
        ...tick(64 * SLICES),
      ],
      grid: [tiles + 1, 1, 1],
    };
  };
  const dispatch: Dispatch = {
    label: 'updates',
    parts: [...partsOf(tensors), besidePart(made)],
    grid: [tiles, 1, 1],
    flop: (2 * batch + updateFlop(step.attributes.rule)) * elements,
    closing: closed,
  };
  return dispatch;
}

/** The tick reads losses and hits in one range with the other tensors. No kernel has this binding: it only places them. */
const besidePart = (nodes: readonly Node[]): Part<Ref> => ({
  ...use<'tiled/no_closing', Ref>(wgsl.tiledNoClosing),
  bindings: { beside: { kind: 'packed', nodes } },
});

/** The clock and the indices of the step whose next ones the tick writes meanwhile. */
const COPIES: readonly Part<Ref>[] = [
  { ...use<'step/clock', Ref>(wgsl.stepClock), bindings: { clock: program('clockCopy') } },
  { ...use<'step/indices', Ref>(wgsl.stepIndices), bindings: { indices: program('indicesCopy') } },
];
