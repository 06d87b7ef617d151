import { checkFinite, checkKeys, checkNumber, describe, isArray, isObject } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { checkName, codeOf, ownFunctions, wrapped } from '../../gpu/given-file.ts';
import type { ShaderFile } from '../../gpu/shader-file.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { MOST_STATES, type OptimizerRule } from '../../ops/update.ts';
import { LIMIT, optimizer as made } from './rule.ts';

/** An optimizer of your own. */
export interface OwnOptimizer<Numbers extends Readonly<Record<string, number>>> {
  /** For messages and checkpoints: letters, digits, spaces and underscores. */
  readonly name: string;
  /** Default learning rate of the steps, from 0 to 10⁶. */
  readonly learningRate: number;
  /** Hyper-parameters by name, at most 15 finite numbers. Default none. */
  readonly options?: Numbers;
  /**
   * What is kept of each element, by name, 0 at first, at most five. Default nothing. Each is of the parameters' size and part of
   * checkpoints.
   */
  readonly states?: readonly string[];
  /**
   * Declares `fn update(w: vec4f, gradient: vec4f, state: ptr<function, State>, o: Options) -> vec4f`, which returns four
   * new elements and changes the state; without states it has no `state`. `State` has a `vec4f` for each state.
   * `Options` has `learningRate`, `step` (steps done before, as f32) and the hyper-parameters, all `f32`. Elements that
   * are 0 with a gradient and states of 0 stay 0.
   */
  readonly wgsl: string;
}

/** The numbers that the clock keeps for an optimizer. */
const MOST_NUMBERS = 15;

/**
 * Makes an optimizer from WGSL. It runs in the dispatches that compute the gradients, as ours do.
 *
 * @example
 * const optimizer = ownOptimizer({
 *   name: 'signed momentum',
 *   learningRate: 1e-3,
 *   options: { beta: 0.9 },
 *   states: ['velocity'],
 *   wgsl: `
 *     fn update(w: vec4f, gradient: vec4f, state: ptr<function, State>, o: Options) -> vec4f {
 *       (*state).velocity = o.beta * (*state).velocity + (1.0 - o.beta) * gradient;
 *       return w - o.learningRate * sign((*state).velocity);
 *     }`,
 * });
 * @throws OptionError if something is unknown, has a wrong type, or the WGSL lacks `update`. The compiler's messages come
 *   as a ShaderError when the kernels are compiled; they name the lines of `wgsl`
 */
export function ownOptimizer<const Numbers extends Readonly<Record<string, number>>>(
  given: OwnOptimizer<Numbers>,
): OptimizerRule & Readonly<Numbers> {
  const what = 'ownOptimizer()';
  checkKeys(what, given, ['name', 'learningRate', 'options', 'states', 'wgsl']);
  const { name, learningRate, states = [] } = given;
  // A copy: the caller may change his later.
  const numbers: Readonly<Record<string, number>> = isObject(given.options ?? {})
    ? { ...given.options }
    : (given.options as never);
  checkName(what, name);
  if (!isObject(numbers) || Object.keys(numbers).length > MOST_NUMBERS) {
    throw new OptionError(
      `${what}: options ${describe(numbers)} was given; use at most ${MOST_NUMBERS} numbers by name`,
    );
  }
  if (!isArray(states) || new Set(states).size !== states.length || states.length > MOST_STATES) {
    throw new OptionError(
      `${what}: states ${describe(states)} was given; use a list of at most ${MOST_STATES} names`,
    );
  }
  for (const one of [...Object.keys(numbers), ...states]) {
    if (
      typeof one === 'string' &&
      /^[a-z]\w*$/i.test(one) &&
      !TAKEN.includes(one) &&
      !KEYWORDS.split(' ').includes(one)
    )
      continue;
    throw new OptionError(
      `${what}: ${describe(one)} was given for a name; use letters and digits, but not ${TAKEN.join(', ')} or a keyword of WGSL`,
    );
  }
  const file = fileOf(name, given.wgsl, Object.keys(numbers), states);
  const rule = (values: Readonly<Record<string, number>>): OptimizerRule => {
    checkKeys(what, values, ['learningRate', ...Object.keys(numbers)]);
    for (const key in { learningRate: 0, ...values }) checkFinite(`${what}: ${key}`, values[key]);
    checkNumber(`${what}: learningRate`, values.learningRate, LIMIT);
    return made(
      { kind: `${name} #${codeOf(given.wgsl)}`, ...(values as { readonly learningRate: number }) },
      {
        make: (again: Readonly<Record<string, number>>) => rule({ ...numbers, ...again }),
        states: [...states],
        part: { name: file.name, file, constants: {}, bindings: {} },
        numbers: () => Object.keys(numbers).map((key) => values[key]),
        flop: 4 * (1 + states.length),
      },
    );
  };
  return rule({ ...numbers, learningRate }) as OptimizerRule & Readonly<Numbers>;
}

/** What the rule and its options have already. */
const TAKEN = ['kind', 'learningRate', 'step'];

/** WGSL's keywords (https://www.w3.org/TR/WGSL/#keyword-summary). */
const KEYWORDS =
  'alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop override requires return struct switch true var while';

/** A file that declares `beginOptimize` and `optimize` by the caller's `update`. */
function fileOf(
  name: string,
  source: string,
  numbers: readonly string[],
  states: readonly string[],
): ShaderFile {
  const stateful = states.length > 0;
  const { file, need, own } = ownFunctions('optimizer', name, source, ['State', 'Options']);
  const state = stateful ? 'state: ptr<function, State>, ' : '';
  const signature = `(w: vec4f, gradient: vec4f, ${state}o: Options) -> vec4f`;
  const { line, text } = need('update', signature);
  const takes = /\bfn\b[^(]*\(([^)]*)\)/.exec(text)?.[1].split(/,(?![^<]*>)/) ?? [];
  if (takes.filter((one) => one.trim() !== '').length !== (stateful ? 4 : 3)) {
    throw new OptionError(
      `optimizer ${name}: line ${line} of the WGSL: with ${states.length} states, update takes ${signature}`,
    );
  }
  const of = (each: (one: string) => string, between = ' '): string =>
    states.map(each).join(between);
  const scalars = ['learningRate', 'step', ...numbers].map((one) => `${one}: f32`).join(', ');
  const values = numbers.map((_, i) => `, clock.optimizer[${i}]`).join('');
  const wrapper = [
    `struct ${own('Options')} { ${scalars} }`,
    stateful ? `struct ${own('State')} { ${of((one) => `${one}: vec4f,`)} }` : '',
    `var<private> ${own('given 0')}: ${own('Options')};`,
    'fn beginOptimize() {',
    `  ${own('given 0')} = ${own('Options')}(clock.learningRate, f32(clock.step)${values});`,
    '}',
    'fn optimize(i: u32, gradient: vec4f) {',
    '  let own_w = parameters[i];',
    stateful ? `  var own_state = ${own('State')}(${of((one) => `state_${one}[i]`, ', ')});` : '',
    // The padding, whatever the rule does with zeros.
    `  let own_none = (own_w == vec4f()) & (gradient == vec4f())${of((one) => ` & (own_state.${one} == vec4f())`)};`,
    `  let own_next = ${own('update')}(own_w, gradient, ${stateful ? '&own_state, ' : ''}${own('given 0')});`,
    of((one) => `  state_${one}[i] = select(own_state.${one}, vec4f(), own_none);`),
    '  parameters[i] = select(own_next, vec4f(), own_none);',
    '}',
  ];
  return {
    ...wrapped(
      file,
      wrapper.map((text) => [text, line]),
    ),
    requires: () => [wgsl.stepClock],
  };
}
