/** The networks that are timed. A new one is an entry here: the contenders know how to build its layers. */
import type { LayerSpec } from './layers.ts';

export type { LayerBuilders, LayerOf, LayerSpec } from './layers.ts';
export { build } from './layers.ts';

/** A network. */
export interface NetworkSpec {
  /** For tables. */
  readonly title: string;
  readonly data: 'images' | 'text';
  readonly layers: readonly LayerSpec[];
}

/** Linear layers, with ReLU and dropout between them. */
export function perceptron(widths: readonly number[], rate: number): NetworkSpec {
  const layers = widths.slice(1).flatMap((outputs, i): LayerSpec[] => {
    const product = { kind: 'linear', inputs: widths[i], outputs } as const;
    if (i === widths.length - 2) return [product];
    return [product, { kind: 'relu' }, { kind: 'dropout', rate, width: outputs }];
  });
  return {
    title: widths.join('–'),
    data: 'images',
    layers: [{ kind: 'flatten' }, ...layers],
  };
}

/** Two convolutions of 3×3 with pools, and two linear layers, for images of 28×28. */
export const CNN: NetworkSpec = {
  title: 'CNN of 32 and 64 channels and 128–10',
  data: 'images',
  layers: [
    { kind: 'conv', inputs: 1, outputs: 32, kernel: 3, padding: 1 },
    ...[{ kind: 'relu' } as const, { kind: 'maxPool', size: 2 } as const],
    { kind: 'conv', inputs: 32, outputs: 64, kernel: 3, padding: 1 },
    ...[{ kind: 'relu' } as const, { kind: 'maxPool', size: 2 } as const],
    { kind: 'flatten' },
    { kind: 'linear', inputs: 64 * 7 * 7, outputs: 128 },
    { kind: 'relu' },
    { kind: 'linear', inputs: 128, outputs: 10 },
  ],
};

/** The sizes of a transformer. */
export interface TransformerSizes {
  readonly tokens: number;
  readonly length: number;
  readonly width: number;
  readonly heads: number;
  readonly blocks: number;
}

/** A decoder with norms before each block (GPT-2), which predicts the next token at each position. */
export function transformer(sizes: TransformerSizes): NetworkSpec {
  const { tokens, length, width, heads, blocks } = sizes;
  const norm = { kind: 'norm', width } as const;
  const block: readonly LayerSpec[] = [
    { kind: 'residual', layers: [norm, { kind: 'attention', width, heads }] },
    {
      kind: 'residual',
      layers: [
        norm,
        { kind: 'linear', inputs: width, outputs: 4 * width },
        { kind: 'gelu' },
        { kind: 'linear', inputs: 4 * width, outputs: width },
      ],
    },
  ];
  return {
    title: `transformer of ${blocks} layers, width ${width}, ${heads} heads, T = ${length}`,
    data: 'text',
    layers: [
      { kind: 'embedding', count: tokens, width },
      { kind: 'positions', length, width },
      ...Array.from({ length: blocks }, () => block).flat(),
      norm,
      { kind: 'linear', inputs: width, outputs: tokens },
    ],
  };
}

/** A transformer of characters. */
export const TRANSFORMER: NetworkSpec = transformer({
  ...{ tokens: 65, length: 64, width: 128, heads: 4, blocks: 4 },
});
