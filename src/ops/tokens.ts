import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Ref } from '../graph/op.ts';
import type { FeatureSource } from './features.ts';
import type { LabelSource } from './sources.ts';

/** The program's buffer of tokens. */
export const TOKENS = 'tokens';

/** Windows over unsigned integers in a buffer of the program. */
export interface Windows {
  /** Bits of an integer. */
  readonly bits: 8 | 16 | 32;
  /** Integers of a window. */
  readonly length: number;
  /** From the beginning of a window to that of the next. */
  readonly stride: number;
}

const tokensPart = (name: string, bits: number): Part<Ref> =>
  use(wgsl.loadTokens, {
    constants: { TOKEN_BITS: bits },
    bindings: { tokens: { kind: 'program', name } },
  });

/** The windows as the samples' features: their tokens as numbers. */
export const windowFeatures = ({ bits, length, stride }: Windows): FeatureSource => ({
  kind: 'tokens',
  name: TOKENS,
  parts: [
    tokensPart(TOKENS, bits),
    use(wgsl.loadWindow, { constants: { WINDOW: length, WINDOW_STRIDE: stride } }),
  ],
  at: ({ tensors }, sample, column) => tensors.get(TOKENS)?.data[sample * stride + column] ?? NaN,
});

/** A class for each position of a sample: those of `name` from `shift` behind the beginning of each window on. */
const windowLabels = (name: string, { bits, length, stride }: Windows, shift: number) => ({
  positions: length,
  parts: (batch: number): readonly Part<Ref>[] => [
    tokensPart(name, bits),
    use(wgsl.targetWindowLabel, {
      constants: {
        LABEL_ROWS: length,
        LABEL_SAMPLES: batch,
        LABEL_STRIDE: stride,
        LABEL_SHIFT: shift,
      },
    }),
  ],
});

/** The token behind each token of a window. */
export const nextTokens = (windows: Windows): LabelSource => ({
  ...windowLabels(TOKENS, windows, 1),
  at: ({ tensors }, sample, position) =>
    tensors.get(TOKENS)?.data[sample * windows.stride + position + 1] ?? NaN,
});

/** The data set's labels, one for each position of a sample. */
export const positionLabels = (positions: number): LabelSource => ({
  ...windowLabels('labels', { bits: 32, length: positions, stride: positions }, 0),
  at: ({ labels }, sample, position) => labels[sample * positions + position],
});
