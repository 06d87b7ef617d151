import { use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { type Dispatch, ref } from '../../graph/op.ts';
import { storageOf } from '../../graph/tensor.ts';
import { activationPart } from '../../ops/activation.ts';
import { IDENTITY } from '../../ops/activations.ts';
import { dropoutPart } from '../../ops/dropout.ts';
import { featureParts } from '../../ops/features.ts';
import type { Layout } from './layout.ts';
import type { TrainedNetwork } from './network.ts';

/** Above this many workgroups, tiles of products load less; an estimate. */
const MOST_GROUPS = 512;

/** The first layer as shaders/tiled/first.wgsl computes it; undefined if a product of matrices is faster. */
export function firstDispatch(
  { images, layers }: TrainedNetwork,
  { parameterAt }: Layout,
): Dispatch | undefined {
  const [{ weight, bias, output, activated, dropped }] = layers;
  const { rows: batch, columns, columns4 } = storageOf(output.spec);
  const depth = storageOf(images.spec);
  const grid = [Math.ceil(columns4 / 4), Math.ceil(batch / 8), 1] as const;
  if (grid[0] * grid[1] > MOST_GROUPS) return undefined;
  return {
    label: `forward ${weight.name}`,
    parts: [
      use(wgsl.tiledFirst, {
        constants: {
          DEPTH4: depth.columns4,
          COLUMNS: columns,
          BIAS4: parameterAt(bias) - parameterAt(weight),
        },
        bindings: {
          learned: { kind: 'parameters', first: weight, last: bias },
          hidden: ref(output),
        },
      }),
      use(wgsl.stepBatch, { constants: { BATCH: batch } }),
      ...featureParts(images.attributes),
      activationPart(activated?.attributes ?? IDENTITY),
      dropped ? dropoutPart(dropped.attributes) : use(wgsl.dropoutNone),
    ],
    grid,
    flop: 2 * batch * columns * depth.columns,
  };
}
