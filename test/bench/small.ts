import { type BenchData, imagesOf, textOf } from '../../src/bench/data.ts';
import { type LayerSpec, transformer } from '../../src/bench/networks/index.ts';
import { VOCABULARY } from '../../src/bench/networks/text.ts';
import type { StepSpec } from '../../src/bench/peer.ts';
import { NETWORK_STEPS } from '../../src/bench/step.ts';
import { builtInGarments } from '../../src/data/garments.ts';
import { cropped } from '../train/helpers.ts';

/** A network of the bench, but small: its recipe and its data. */
export interface Small {
  readonly spec: StepSpec;
  readonly data: BenchData;
}

const LAYERS: readonly LayerSpec[] = [
  { kind: 'conv', inputs: 1, outputs: 4, kernel: 3, padding: 1 },
  ...[{ kind: 'relu' } as const, { kind: 'maxPool', size: 2 } as const],
  { kind: 'conv', inputs: 4, outputs: 8, kernel: 3, padding: 1 },
  ...[{ kind: 'relu' } as const, { kind: 'maxPool', size: 2 } as const],
  ...[{ kind: 'flatten' } as const, { kind: 'linear', inputs: 32, outputs: 10 } as const],
];

/** Convolutions on 8×8 pixels, 40 batches of 10. */
export function smallCnn(): Small {
  const { cnn } = NETWORK_STEPS;
  const dataset = cropped(builtInGarments({ train: 400, test: 20 }), 8, 8);
  return {
    spec: { ...cnn, network: { ...cnn.network, layers: LAYERS }, batch: 10 },
    data: imagesOf({ kind: 'images', dataset }, 20),
  };
}

/** One block of width 16 on windows of 8 characters, 50 batches of 8. */
export function smallTransformer(): Small {
  const sizes = { tokens: VOCABULARY.length, length: 8, width: 16, heads: 2, blocks: 1 };
  return {
    spec: { ...NETWORK_STEPS.transformer, network: transformer(sizes), batch: 8 },
    data: textOf(8, 4, 400 + 7),
  };
}
