import { checkKeys } from '../../check.ts';
import { checkName, ownFunctions, wrapped } from '../../gpu/given-file.ts';
import type { Part } from '../../gpu/link.ts';
import type { Ref } from '../../graph/op.ts';
import { type Loss, makeLoss, ofElements } from '../../ops/loss.ts';
import { elementwise } from '../elementwise.ts';

/** Your loss of one output. */
export interface PointwiseLossOptions {
  /** For messages and checkpoints: letters, digits, spaces and underscores. */
  readonly name: string;
  /**
   * Declares `fn value(x: f32, t: f32) -> f32`, the loss of an output x against its target t, its derivative by x,
   * `fn derivative(x: f32, t: f32) -> f32`, and what they call. Both may take and return `vec4f` instead. (`target` is a
   * reserved word of WGSL.)
   */
  readonly wgsl: string;
}

/**
 * A loss of your own: the mean over all outputs of a function of one output and its target. Targets are values, the
 * inputs themselves, or one-hot vectors of classes. The compiler's messages name your lines.
 *
 * @example
 * const logCosh = pointwiseLoss({
 *   name: 'logCosh',
 *   wgsl: `
 *     fn value(x: f32, t: f32) -> f32 {
 *       let d = abs(x - t);
 *       return d + log(1.0 + exp(-2.0 * d)) - log(2.0);
 *     }
 *     fn derivative(x: f32, t: f32) -> f32 { return tanh(x - t); }`,
 * });
 * @throws OptionError if an option is missing or unknown, or the WGSL lacks one of the functions. The compiler's messages
 *   come as a ShaderError when the kernels are compiled; they name the lines of `wgsl`
 */
export function pointwiseLoss(options: PointwiseLossOptions): Loss {
  checkKeys('pointwiseLoss()', options, ['name', 'wgsl']);
  const { name, wgsl } = options;
  checkName('pointwiseLoss()', name);
  // An activation of this name may be in the same kernel.
  const functions = ownFunctions('pointwiseLoss', `${name}_loss`, wgsl);
  const call = (wanted: string) =>
    elementwise(`pointwiseLoss ${name}`, functions, wanted, ['x', 't']);
  const lines = [
    ['elementLoss', ...call('value')],
    ['elementSlope', ...call('derivative')],
  ] as const;
  const file = wrapped(
    functions.file,
    lines.map(([f, text, line]) => [
      `fn ${f}(x: vec4f, t: vec4f, column4: u32) -> vec4f { return ${text}; }`,
      line,
    ]),
  );
  const part: Part<Ref> = { name: file.name, file, constants: {}, bindings: {} };
  return makeLoss(name, { wgsl }, ofElements([part], { flop: { value: 8, slope: 8 } }));
}
