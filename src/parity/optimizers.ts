import { adagrad, adam, adamw, nadam, rmsprop, sgd } from '../nn/optimizers.ts';
import type { OptimizerRule } from '../ops/update.ts';
import type { Fields } from './fields.ts';

/** Optimizers and their options in PyTorch. */
const OPTIMIZERS: Readonly<
  Record<string, readonly [(options: object) => OptimizerRule, readonly string[]]>
> = {
  sgd: [sgd, ['lr', 'momentum', 'dampening', 'nesterov', 'weight_decay']],
  adam: [adam, ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad']],
  adamw: [adamw, ['lr', 'betas', 'eps', 'weight_decay', 'amsgrad']],
  nadam: [nadam, ['lr', 'betas', 'eps', 'weight_decay', 'momentum_decay']],
  rmsprop: [rmsprop, ['lr', 'alpha', 'eps', 'weight_decay', 'momentum', 'centered']],
  adagrad: [adagrad, ['lr', 'lr_decay', 'weight_decay', 'initial_accumulator_value', 'eps']],
};

const SHORT: Readonly<Record<string, string>> = { lr: 'learning_rate', eps: 'epsilon' };

/** PyTorch's name of an option in our words: `lr_decay` is `learningRateDecay`. */
const optionName = (name: string): string =>
  name
    .replace(/^[a-z]+/, (word) => SHORT[word] ?? word)
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The names of the optimizers. */
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS);

/** An optimizer of torch.optim by its options. @throws DataError for an option that is not here */
export function optimizerOf(name: string, fields: Fields): OptimizerRule {
  const [make, names] = OPTIMIZERS[name];
  for (const name of ['amsgrad', 'maximize', 'decoupled_weight_decay']) {
    if (names.includes(name) || !fields.flag(name)) continue;
    fields.fail(name, 'false: this variant is not supported');
  }
  const read = (name: string): unknown => {
    if (name === 'betas') return fields.numbers(name, 2);
    if (['nesterov', 'amsgrad', 'centered'].includes(name)) return fields.flag(name);
    return fields.number(name);
  };
  const given = names.filter((name) => (fields.raw(name) ?? undefined) !== undefined);
  const options = Object.fromEntries(given.map((name) => [optionName(name), read(name)]));
  // These change how PyTorch computes, not what.
  fields.end(['foreach', 'fused', 'capturable', 'differentiable']);
  return make(options);
}
