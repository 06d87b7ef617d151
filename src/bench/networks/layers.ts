/**
 * A layer as data, so that every contender can build it with its own functions: another library, or a program that gets it as
 * JSON. Sizes and defaults are PyTorch's.
 */
export type LayerSpec =
  | { readonly kind: 'linear'; readonly inputs: number; readonly outputs: number }
  | { readonly kind: 'relu' }
  /** With the error function, not its approximation by tanh. */
  | { readonly kind: 'gelu' }
  /** Of samples of this width. */
  | { readonly kind: 'dropout'; readonly rate: number; readonly width: number }
  /** Stride 1. */
  | {
      readonly kind: 'conv';
      readonly inputs: number;
      readonly outputs: number;
      readonly kernel: number;
      readonly padding: number;
    }
  /** The stride is the size. */
  | { readonly kind: 'maxPool'; readonly size: number }
  /** In the order in which the library stores images, or as it does by default. */
  | { readonly kind: 'flatten' }
  | { readonly kind: 'embedding'; readonly count: number; readonly width: number }
  /** Adds a learned vector to each position. */
  | { readonly kind: 'positions'; readonly length: number; readonly width: number }
  /** Layer norm. */
  | { readonly kind: 'norm'; readonly width: number }
  /** Causal self-attention: one product for queries, keys and values, one for the result. */
  | { readonly kind: 'attention'; readonly width: number; readonly heads: number }
  /** Adds the input to the output of these layers. */
  | { readonly kind: 'residual'; readonly layers: readonly LayerSpec[] };

/** One kind of layer. */
export type LayerOf<Kind extends LayerSpec['kind']> = Extract<LayerSpec, { readonly kind: Kind }>;

/** How a contender builds each kind. A kind that it cannot build throws, which is reported. */
export type LayerBuilders<Built> = {
  readonly [Kind in LayerSpec['kind']]: (layer: LayerOf<Kind>) => Built;
};

/** Builds a layer by the builder of its kind. */
export function build<Built>(builders: LayerBuilders<Built>, layer: LayerSpec): Built {
  // The table's type says that each builder takes its own kind.
  const builder = builders[layer.kind] as (layer: LayerSpec) => Built;
  return builder(layer);
}
