import { type LayerOutput, layerOutputs } from '../../nn/layer-outputs.ts';
import type { Sequential } from '../../nn/layers.ts';

/** A layer with weights, and where its activations are. */
export interface Watched {
  /** As in its parameters' names. */
  readonly name: string;
  readonly kind: string;
  /** The name of its weight. */
  readonly weight: string;
  /** The layer whose outputs are its activations: one that follows, or itself. */
  readonly seen: string;
  /** Numbers of these outputs for a sample. */
  readonly size: number;
  /** Whether they come from a ReLU. */
  readonly rectified: boolean;
}

const ACTIVATION = /^(relu|sigmoid|tanh|gelu|hardswish|silu)/;
/** What may stand between a product and its activation. */
const BETWEEN = /^(batchNorm|layerNorm|dropout)/;

/** The activation that follows a layer beside it; undefined if there is none. */
function following(parts: readonly LayerOutput[], name: string): LayerOutput | undefined {
  const [, path = '', number] = /^(.*\.)?(\d+)$/.exec(name) ?? [];
  if (number === undefined) return undefined;
  for (let next = Number(number) + 1; ; next++) {
    const part = parts.find((one) => one.name === `${path}${next}`);
    if (part && ACTIVATION.test(part.kind)) return part;
    if (!part || !BETWEEN.test(part.kind)) return undefined;
  }
}

/** The layers of a network that have a matrix of weights, in order. */
export function watchedIn(model: Sequential): Watched[] {
  const { parts } = layerOutputs(model);
  return model.parameters.flatMap(({ name: weight, shape, state }): Watched[] => {
    if (state || shape.length < 2 || !weight.endsWith('.weight')) return [];
    const name = weight.slice(0, -'.weight'.length);
    const part = parts.find((one) => one.name === name);
    if (!part) return [];
    const seen = following(parts, name) ?? part;
    const rectified = /^relu/.test(seen.kind);
    return [{ name, kind: part.kind, weight, seen: seen.name, size: seen.size, rectified }];
  });
}
