import { describe } from '../../check.ts';
import { OptionError } from '../../errors.ts';
import { type Part, scoped, use } from '../../gpu/link.ts';
import * as wgsl from '../../gpu/shaders.gen.ts';
import { AVERAGE, METHOD, MOST_STATES, type OptimizerRule } from '../../ops/update.ts';
import { ruleOf } from './rule.ts';

/** An optimizer that also averages the parameters. */
export type AveragedOptimizer<R extends OptimizerRule> = R & {
  /** The share of the average that stays at each step. */
  readonly averageDecay: number;
};

/**
 * An optimizer that also keeps an exponential moving average of each parameter, begun at the first ones: after each step
 * average ← decay · average + (1 − decay) · parameter. In PyTorch `torch.optim.swa_utils.AveragedModel` with
 * `get_ema_multi_avg_fn(decay)`, begun at the initial parameters. `trainer.averages()` reads it. It is part of snapshots
 * and checkpoints, and takes as much memory as the parameters, but no dispatch of its own.
 *
 * @param decay from 0 to 1, for example 0.999
 * @throws OptionError if it is not an optimizer, or already averages, or the decay is out of range
 * @example
 * const optimizer = averaged(adam(), 0.999);
 */
export function averaged<R extends OptimizerRule>(
  optimizer: R,
  decay: number,
): AveragedOptimizer<R> {
  const rule = ruleOf(optimizer) as R;
  if (typeof decay !== 'number' || !(decay >= 0 && decay <= 1)) {
    throw new OptionError(
      `averaged(): decay ${describe(decay)} was given; use a number from 0 to 1`,
    );
  }
  if ('averageDecay' in rule) {
    throw new OptionError(
      'averaged() was given an optimizer that already averages; give it the optimizer itself',
    );
  }
  const { states } = rule[METHOD];
  if (states.includes(AVERAGE) || states.length >= MOST_STATES) {
    throw new OptionError(
      `averaged() adds a state called ${AVERAGE}; the optimizer has ${states.join(', ')}. Use at most ${MOST_STATES - 1} others`,
    );
  }
  return wrapped(rule, decay) as AveragedOptimizer<R>;
}

function wrapped(rule: OptimizerRule, decay: number): OptimizerRule {
  const method = rule[METHOD];
  const { part, group = [part], resolve, of } = method;
  const averaging: readonly Part<never>[] = [
    use(wgsl.optimizerAverage, { constants: { DECAY: decay, REST: 1 - decay } }),
    ...scoped('stepped', group),
  ];
  const rules = new Map<OptimizerRule, OptimizerRule>();
  /** One for each, so that a weight and its bias are updated together. */
  const wrappedOnce = (one: OptimizerRule): OptimizerRule => {
    const made = rules.get(one) ?? wrapped(one, decay);
    rules.set(one, made);
    return made;
  };
  return Object.freeze({
    ...rule,
    averageDecay: decay,
    [METHOD]: Object.freeze({
      ...method,
      make: ({ averageDecay, ...options }: AveragedOptimizer<OptimizerRule>) =>
        averaged(method.make(options as never), averageDecay),
      states: [...method.states, AVERAGE],
      added: [AVERAGE],
      group: averaging,
      flop: method.flop + 3,
      ...(resolve && {
        resolve: (names: readonly string[]) => wrapped(resolve(names), decay),
      }),
      ...(of && {
        of: (name: string) => {
          const one = of(name);
          return one && wrappedOnce(one);
        },
      }),
    }),
  });
}
