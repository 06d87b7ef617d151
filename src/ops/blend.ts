import { checkKeys, describe, isArray, looksLike } from '../check.ts';
import { OptionError, ShapeError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { ParameterStore } from '../graph/store.ts';
import { shown, storageOf } from '../graph/tensor.ts';

/** Which parameters `copyFrom` copies, and with what weight. */
export interface CopyOptions {
  /** Names of parameters that both have, with equal shapes. Default: all parameters of the receiver. */
  readonly names?: readonly string[];
  /**
   * The weight of the other's values, above 0 and up to 1: own + (other − own) · mix. Small values, such as 0.005,
   * let a target network follow another slowly. Default 1: an exact copy.
   */
  readonly mix?: number;
}

/** A trainer or an inference, whose parameters are on the GPU. */
export interface ParameterHolder {
  /** @internal */
  readonly store: ParameterStore;
}

/** A checked request to copy. */
export interface Copy {
  readonly holder: ParameterHolder;
  readonly names: readonly string[];
  readonly mix: number;
}

/**
 * Checks the arguments of `copyFrom`.
 *
 * @throws OptionError if `holder` has no parameters on this device, a name is unknown, or `mix` is out of range;
 *   ShapeError if shapes differ; DestroyedError
 */
export function checkCopy(
  { device }: Gpu,
  into: ParameterStore,
  holder: ParameterHolder,
  options: CopyOptions,
): Copy {
  checkKeys('copyFrom()', options, ['names', 'mix']);
  const { names = into.names, mix = 1 } = options;
  if (!looksLike(holder, { copyFrom: 'function', predict: 'function' })) {
    throw new OptionError(
      `copyFrom() takes a trainer or an inference; ${describe(holder)} was given. Arrays are set by load()`,
    );
  }
  if (!isArray(names) || ![...names].every((name) => typeof name === 'string')) {
    throw new OptionError(`names ${describe(names)} was given; it is a list of parameters' names`);
  }
  if (typeof mix !== 'number' || !(mix > 0 && mix <= 1)) {
    throw new OptionError(`mix ${describe(mix)} was given; it is a number above 0 and up to 1`);
  }
  const from = holder.store;
  if (from.device !== device) {
    throw new OptionError(
      'copyFrom() was given parameters on another device; use load(await other.parameters())',
    );
  }
  for (const name of names) {
    const [own, other] = [into.shapeOf(name), from.shapeOf(name)];
    if (own.join() === other.join()) continue;
    throw new ShapeError(
      `${name} is ${shown(own)} here and ${shown(other)} there; only equal shapes are copied`,
    );
  }
  return { holder, names, mix };
}

/** Copies parameters bit by bit. @throws DestroyedError */
export function copyParameters(
  gpu: Gpu,
  into: ParameterStore,
  { holder, names }: Copy,
): Promise<void> {
  // Read only now: it may have been destroyed since the call.
  const from = holder.store;
  const encoder = gpu.device.createCommandEncoder();
  for (const name of names) {
    const [own, other] = [into.locate(name), from.locate(name)];
    if (own.buffer === other.buffer) continue;
    const { bytes } = storageOf(into.shapeOf(name));
    encoder.copyBufferToBuffer(other.buffer, other.offset ?? 0, own.buffer, own.offset ?? 0, bytes);
  }
  return gpu.submit(encoder);
}
