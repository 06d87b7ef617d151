import {
  causalSelfAttention,
  conv2d,
  dropout,
  embedding,
  flatten,
  gelu,
  type Layer,
  layerNorm,
  linear,
  maxPool2d,
  positionalEmbedding,
  relu,
  residual,
  Sequential,
} from '../../nn/layers.ts';
import { type BenchData, sampleOf } from '../data.ts';
import { build, type LayerBuilders, type LayerSpec } from './layers.ts';

const OURS: LayerBuilders<Layer> = {
  linear: ({ inputs, outputs }) => linear(inputs, outputs),
  relu: () => relu(),
  gelu: () => gelu(),
  dropout: ({ rate }) => dropout(rate),
  conv: ({ inputs, outputs, kernel, padding }) => conv2d(inputs, outputs, kernel, { padding }),
  maxPool: ({ size }) => maxPool2d(size),
  flatten: () => flatten(),
  embedding: ({ count, width }) => embedding(count, width),
  positions: ({ length, width }) => positionalEmbedding(length, width),
  norm: ({ width }) => layerNorm(width),
  attention: ({ width, heads }) => causalSelfAttention(width, heads),
  residual: ({ layers }) => residual(ours(layers)),
};

const ours = (layers: readonly LayerSpec[]): Layer[] => layers.map((layer) => build(OURS, layer));

/** The network for gradweave. */
export function modelOf(layers: readonly LayerSpec[], data: BenchData): Sequential {
  return new Sequential(sampleOf(data), ours(layers));
}
