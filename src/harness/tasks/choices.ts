/** What the page and the command offer. A new optimizer, loss or activation is one line here. */
import type { LossKind } from '../../nn/losses.ts';
import { ACTIVATIONS } from '../../nn/mlp.ts';
import { adagrad, adam, adamw, lion, nadam, rmsprop, sgd } from '../../nn/optimizers.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import type { Query } from './query.ts';

/** Options of the address that some optimizers take, each as the maker's option. */
const OPTIMIZER_OPTIONS = {
  momentum: (query: Query) => ({ momentum: query.number('momentum', 0) }),
  nesterov: (query: Query) => ({ nesterov: query.flag('nesterov') }),
  betas: (query: Query) => ({ betas: query.pair('betas', 'two numbers') }),
  eps: (query: Query) => ({ epsilon: query.number('eps', 0) }),
  'weight-decay': (query: Query) => ({ weightDecay: query.number('weight-decay', 0) }),
} as const;

type OptimizerOption = keyof typeof OPTIMIZER_OPTIONS;

interface OptimizerChoice {
  readonly label: string;
  /** Defaults are the optimizer's. */
  readonly make: (options: object) => OptimizerRule;
  /** Besides the learning rate. */
  readonly options: readonly OptimizerOption[];
}

const choice = (
  label: string,
  make: OptimizerChoice['make'],
  ...options: readonly OptimizerOption[]
): OptimizerChoice => ({ label, make, options });

const OPTIMIZER_CHOICES = {
  sgd: choice('SGD', sgd, 'momentum', 'nesterov', 'weight-decay'),
  adam: choice('Adam', adam, 'betas', 'eps', 'weight-decay'),
  adamw: choice('AdamW', adamw, 'betas', 'eps', 'weight-decay'),
  nadam: choice('NAdam', nadam, 'betas', 'eps', 'weight-decay'),
  rmsprop: choice('RMSprop', rmsprop, 'momentum', 'eps', 'weight-decay'),
  adagrad: choice('Adagrad', adagrad, 'eps', 'weight-decay'),
  lion: choice('Lion', lion, 'betas', 'weight-decay'),
};

export type OptimizerName = keyof typeof OPTIMIZER_CHOICES;

/** The optimizers by their names in the address. */
export const OPTIMIZERS: Readonly<Record<OptimizerName, OptimizerChoice>> = OPTIMIZER_CHOICES;

export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

/** The names of the optimizers that take an option; undefined if it is not an option of optimizers. */
export function takersOf(option: string): readonly string[] | undefined {
  if (!Object.hasOwn(OPTIMIZER_OPTIONS, option)) return undefined;
  return OPTIMIZER_NAMES.filter((name) =>
    (OPTIMIZERS[name].options as readonly string[]).includes(option),
  );
}

/** @throws OptionError for an option that the optimizer does not take, or a wrong value */
export function optimizerOf(
  query: Query,
  fallback: { readonly optimizer: OptimizerName; readonly learningRate: number },
): OptimizerRule {
  const name = query.choice('optimizer', OPTIMIZER_NAMES, fallback.optimizer);
  const { make, options } = OPTIMIZERS[name];
  const given = Object.entries(OPTIMIZER_OPTIONS).filter(([option]) => query.has(option));
  const stray = given.find(([option]) => !(options as readonly string[]).includes(option));
  if (stray) query.fail(stray[0], `left out: ${name} has no such option`);
  const learningRate = query.number('lr', fallback.learningRate);
  return make(Object.assign({ learningRate }, ...given.map(([, read]) => read(query))));
}

interface LossChoice {
  readonly label: string;
  /** Whether the outputs that it trains are logits, whose softmax gives probabilities. */
  readonly logits: boolean;
}

/** The losses by their names in the address. */
export const LOSSES: Readonly<Record<LossKind, LossChoice>> = {
  cross_entropy: { label: 'cross-entropy', logits: true },
  mse: { label: 'mean squared error', logits: false },
};

export const LOSS_NAMES = Object.keys(LOSSES) as LossKind[];

export { ACTIVATIONS };
