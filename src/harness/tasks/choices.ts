/** Makes what the page and the command offer; choice-facts.ts says what that is. */
import { adagrad, adam, adamw, lion, nadam, rmsprop, sgd } from '../../nn/optimizers.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import {
  OPTIMIZER_NAMES,
  OPTIMIZERS,
  type OptimizerName,
  type OptimizerOption,
} from './choice-facts.ts';
import type { Query } from './query.ts';

/** Options of the address that some optimizers take, each as the maker's option. */
const OPTIMIZER_OPTIONS = {
  momentum: (query: Query) => ({ momentum: query.number('momentum', 0) }),
  nesterov: (query: Query) => ({ nesterov: query.flag('nesterov') }),
  betas: (query: Query) => ({ betas: query.pair('betas', 'two numbers') }),
  eps: (query: Query) => ({ epsilon: query.number('eps', 0) }),
  'weight-decay': (query: Query) => ({ weightDecay: query.number('weight-decay', 0) }),
} as const satisfies Readonly<Record<OptimizerOption, (query: Query) => object>>;

const MAKERS: Readonly<Record<OptimizerName, (options: object) => OptimizerRule>> = {
  ...{ sgd, adam, adamw, nadam, rmsprop, adagrad, lion },
};

/** @throws OptionError for an option that the optimizer does not take, or a wrong value */
export function optimizerOf(
  query: Query,
  fallback: { readonly optimizer: OptimizerName; readonly learningRate: number },
): OptimizerRule {
  const name = query.choice('optimizer', OPTIMIZER_NAMES, fallback.optimizer);
  const { options } = OPTIMIZERS[name];
  const given = Object.entries(OPTIMIZER_OPTIONS).filter(([option]) => query.has(option));
  const stray = given.find(([option]) => !(options as readonly string[]).includes(option));
  if (stray) query.fail(stray[0], `left out: ${name} has no such option`);
  const learningRate = query.number('lr', fallback.learningRate);
  return MAKERS[name](Object.assign({ learningRate }, ...given.map(([, read]) => read(query))));
}
