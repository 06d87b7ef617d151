import { OptionError } from '../errors.ts';
import type { OwnFunctions } from '../gpu/given-file.ts';

const SIGNATURE = /\bfn\b[^(]*\(([^)]*)\)\s*->\s*([^{]+?)\s*\{/su;
const WIDE = /^vec4(f|\s*<\s*f32\s*>)$/;

/**
 * A caller's function of single elements, or of four at a time, as an expression of four.
 *
 * @param what its owner in messages
 * @param inputs the names of its inputs in the expression, each a vec4f
 * @returns the expression, and the line of the function
 * @throws OptionError if there is no such function, or it takes or returns something else
 */
export function elementwise(
  what: string,
  { need, own, typeOf }: OwnFunctions,
  wanted: string,
  inputs: readonly string[],
): readonly [text: string, line: number] {
  const takes = inputs.map((one) => `${one}: f32`).join(', ');
  const { text, line } = need(wanted, `(${takes}) -> f32`);
  const [, list = '', gives = ''] = SIGNATURE.exec(text) ?? [];
  const parameters = list.split(/,(?![^<]*>)/).filter((one) => one.trim() !== '');
  const types = [...parameters.map((one) => one.replace(/^[^:]*:/, '')), gives].map((one) =>
    typeOf(one.trim()),
  );
  const isWide = types.every((type) => WIDE.test(type));
  if (parameters.length !== inputs.length || !(isWide || types.every((type) => type === 'f32'))) {
    throw new OptionError(
      `${what}: line ${line} of the WGSL: ${wanted} takes ${inputs.length === 1 ? 'one f32' : `${inputs.length} f32`} and returns f32, or vec4f and vec4f`,
    );
  }
  const f = own(wanted);
  const each = [...'xyzw'].map((c) => `${f}(${inputs.map((one) => `${one}.${c}`).join(', ')})`);
  return [isWide ? `${f}(${inputs.join(', ')})` : `vec4f(${each.join(', ')})`, line];
}
