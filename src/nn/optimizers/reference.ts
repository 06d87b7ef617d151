import type { Value } from '../../graph/value.ts';
import { Approx } from '../../ops/approx.ts';
import type { OptimizerRule } from '../../ops/update.ts';

/**
 * An optimizer's step in float64, with bounds on the error of the GPU. Returns the parameter after the step, and changes
 * its states in place.
 *
 * @param step steps done before this one
 */
export type OptimizerReference<R extends OptimizerRule> = (
  rule: R,
  parameter: Value,
  gradient: Value,
  states: Readonly<Record<string, Value>>,
  step: number,
) => Value;

/** A parameter's element `w`, its gradient `g`, and its states by their names. */
type Element<State extends string> = Readonly<Record<'w' | 'g' | State, Approx>>;

/**
 * The reference of an optimizer that computes each element by itself.
 *
 * @param f computes `w` and the states after a step. States that the optimizer does not keep are 0 before it
 */
export const eachElement =
  <R extends OptimizerRule, State extends string>(
    names: readonly State[],
    f: (rule: R, element: Element<State>, step: number) => Readonly<Record<'w' | State, Approx>>,
  ): OptimizerReference<R> =>
  (rule, parameter, gradient, states, step) => {
    const data = new Float64Array(parameter.data.length);
    const error = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) {
      const at = (value: Value | undefined): Approx =>
        new Approx(value?.data[i] ?? 0, value?.error[i] ?? 0);
      const before = names.map((name) => [name, at(states[name])]);
      const element = { w: at(parameter), g: at(gradient), ...Object.fromEntries(before) };
      const { w, ...after } = f(rule, element, step);
      data[i] = w.value;
      error[i] = w.error;
      for (const [name, state] of Object.entries<Approx>(after)) {
        if (!states[name]) continue;
        states[name].data[i] = state.value;
        states[name].error[i] = state.error;
      }
    }
    return { data, error };
  };
