import { checkKeys, describe } from '../check.ts';
import { OptionError } from '../errors.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import type { Node } from '../graph/graph.ts';
import { clamp } from '../ops/clamp.ts';
import { remade } from '../ops/made.ts';
import { clippingOf } from '../ops/norm.ts';
import type { Clipping } from '../ops/update.ts';

/** What a clip computes with: the key of its {@link Clipper}. Copies of a clip keep it. */
export const CLIP = Symbol.for('gradweave.clip');

/** How gradients are clipped before the optimizer's step: what `clipNorm()` and `clipValue()` return. */
export interface Clip {
  /** `norm` or `value`. */
  readonly kind: string;
  /** The largest norm of all gradients, or the largest size of each element. */
  readonly largest: number;
  /** @internal */
  readonly [CLIP]: Clipper;
}

/** Gradients by parameter, and by what the optimizer's step multiplies them. */
export interface Clipped {
  readonly slopes: ReadonlyMap<Node, Node>;
  readonly clipping?: Clipping;
}

/** How a clip computes. */
export interface Clipper {
  readonly make: (options: never) => Clip;
  readonly apply: (slopes: ReadonlyMap<Node, Node>) => Clipped;
}

function clip(
  kind: string,
  largest: unknown,
  most: number,
  make: (largest: number) => Clip,
  apply: Clipper['apply'],
): Clip {
  if (typeof largest !== 'number' || !(largest > 0 && largest <= most)) {
    throw new OptionError(
      `${make.name}() ${describe(largest)} was given; use a number above 0${most === Infinity ? ', or Infinity, which only measures' : ''}`,
    );
  }
  const again = ({ largest: other, ...rest }: Clip): Clip => {
    checkKeys(`${make.name}()`, rest, []);
    return make(other);
  };
  return Object.freeze({ kind, largest, [CLIP]: Object.freeze({ make: again, apply }) });
}

/**
 * Clips gradients by the norm of all of them together, as torch.nn.utils.clip_grad_norm_: all are multiplied by
 * min(1, largest / (norm + 1e-6)). `trainer.gradientNorm()` gives the norm of the last step.
 *
 * @param largest above 0; with Infinity nothing is clipped, and the norm is only measured
 * @throws OptionError if it is out of range
 */
export function clipNorm(largest: number): Clip {
  return clip('norm', largest, Infinity, clipNorm, (slopes) => ({
    slopes,
    clipping: {
      by: clippingOf([...slopes.values()], largest),
      file: wgsl.optimizerUpdateClipped,
    },
  }));
}

/**
 * Clips each element of the gradients, as torch.nn.utils.clip_grad_value_: to −largest … largest.
 *
 * @param largest above 0, up to 10³⁰
 * @throws OptionError if it is out of range
 */
export function clipValue(largest: number): Clip {
  return clip('value', largest, 1e30, clipValue, (slopes) => ({
    slopes: new Map([...slopes].map(([parameter, slope]) => [parameter, clamp(slope, largest)])),
  }));
}

/** A clip, or a copy of one with another limit, checked. @throws OptionError for anything else */
export const clipOf = (given: unknown): Clip =>
  remade(CLIP, 'clip', given, 'clipNorm() or clipValue()');
