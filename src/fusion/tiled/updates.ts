import { tiledPart, tilesOf, UPDATE_TILE } from '../../gpu/gemm/tiled.ts';
import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { type Dispatch, ref } from '../../graph/op.ts';
import { sizeOf, storageOf } from '../../graph/tensor.ts';
import { featureParts } from '../../ops/features.ts';
import { optimizerParts, updateFlop } from '../../ops/update.ts';
import { gradientOf } from '../update.ts';
import type { Layout } from './layout.ts';
import type { TrainedNetwork } from './network.ts';

/** The weight gradients and optimizer steps of all layers: shaders/tiled/update_*. */
export function updatesDispatch(
  { images, layers }: TrainedNetwork,
  { part, first, last, made }: Layout,
): Dispatch {
  const [batch] = layers[0].output.spec.shape;
  let tiles = 0;
  const ends = layers.map(({ weight, input }) => {
    const [across, down] = tilesOf(
      UPDATE_TILE,
      // The row of ones below the inputs gives the gradient of the bias.
      storageOf(input.spec).columns4 + 1,
      storageOf(weight.spec).columns4,
    );
    tiles += across * down;
    return tiles;
  });
  const [{ step, output: hidden }] = layers;
  const elements = layers.reduce(
    (sum, { weight, bias }) => sum + sizeOf(weight.spec.shape) + sizeOf(bias.spec.shape),
    0,
  );
  return {
    label: 'updates',
    parts: [
      // Both factors are stored by rows of the batch, and the sum is over these rows.
      tiledPart(UPDATE_TILE, Math.ceil(batch / 4), { a: false, b: false }),
      use(wgsl.tiledUpdateTiles, {
        constants: {
          K: batch,
          TILES_1: ends[0],
          TILES_2: ends[1] ?? tiles,
          TILES_3: ends[2] ?? tiles,
        },
      }),
      part,
      use(wgsl.tiledUpdateLoads, {
        bindings: { hidden: ref(hidden), stored: { kind: 'packed', nodes: made } },
      }),
      ...featureParts(images.attributes),
      use(wgsl.tiledUpdateStore),
      ...optimizerParts(step.attributes, first, last, gradientOf(step).between[0]),
    ],
    grid: [tiles, 1, 1],
    flop: (2 * batch + updateFlop(step.attributes.rule)) * elements,
  };
}
