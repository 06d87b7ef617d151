import { checkKeys, describe } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Part, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { declarationsOf, renamed } from '../../gpu/wgsl.ts';
import type { Ref } from '../../graph/op.ts';
import { type Loss, makeLoss, ofElements } from '../../ops/loss.ts';

/** Your loss of one output. */
export interface PointwiseLossOptions {
  /** Its name, for messages and checkpoints. */
  readonly name: string;
  /** The body of a WGSL function of `output` and `target` (f32) that returns the loss of one output. */
  readonly wgsl: string;
  /** The body that returns its derivative by `output`. */
  readonly derivative: string;
}

/** `target` is a reserved word of WGSL. */
const NAMES = new Map([['target', 'wanted']]);

/** A body as a function, on the author's lines. */
function functionOf(what: string, name: string, body: unknown): Part<Ref> {
  if (typeof body !== 'string') {
    throw new OptionError(`${what} ${describe(body)} was given; it is the body of a WGSL function`);
  }
  // The bracket that closes the function is in a line of its own: the body may end with a comment.
  const text = `fn ${name}(output: f32, wanted: f32) -> f32 {${body}\n}`;
  const [first, ...others] = declarationsOf(what, text);
  const another = others[0];
  if (another) {
    throw new OptionError(
      `${what}: line ${another.line} of the WGSL is outside of the function; give its body alone, without fn`,
    );
  }
  // Indented: the linker takes lines without indentation for declarations of the module.
  const source = renamed(first, NAMES).replace(/\n[^\S\n]*/g, '\n  ');
  const file = { name: `${what} (given)`, source, given: true };
  return { name: file.name, file, constants: {}, bindings: {} };
}

/**
 * A loss of your own: the mean over all outputs of a function of one output and its target. Targets are values, the
 * inputs themselves, or one-hot vectors of classes. The compiler's messages name your lines.
 *
 * @example
 * const logCosh = pointwiseLoss({
 *   name: 'logCosh',
 *   wgsl: `
 *     let d = abs(output - target);
 *     return d + log(1.0 + exp(-2.0 * d)) - log(2.0);`,
 *   derivative: 'return tanh(output - target);',
 * });
 * @throws OptionError if an option is missing, unknown or not of a function's form
 */
export function pointwiseLoss(options: PointwiseLossOptions): Loss {
  checkKeys('pointwiseLoss()', options, ['name', 'wgsl', 'derivative']);
  const { name, wgsl: value, derivative } = options;
  if (typeof name !== 'string' || !/^\w{1,60}$/.test(name)) {
    throw new OptionError(
      `name ${describe(name)} was given; use letters, digits and _, at most 60`,
    );
  }
  const parts: readonly Part<Ref>[] = [
    use(wgsl.lossPointwise),
    functionOf(`${name}.wgsl`, 'pointwiseLoss', value),
    functionOf(`${name}.derivative`, 'pointwiseSlope', derivative),
  ];
  return makeLoss(
    name,
    { wgsl: value, derivative },
    ofElements(parts, { flop: { value: 8, slope: 8 } }),
  );
}
