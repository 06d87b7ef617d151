/** What the page and the command say of their choices. A new optimizer or loss is one line here, and one in choices.ts. */
import { ACTIVATIONS } from '../../nn/activation-names.ts';
import type { LossKind } from '../../nn/losses.ts';

/** Options of the address that some optimizers take. */
export type OptimizerOption = 'momentum' | 'nesterov' | 'betas' | 'eps' | 'weight-decay';

interface OptimizerFacts {
  readonly label: string;
  /** Besides the learning rate. */
  readonly options: readonly OptimizerOption[];
}

const facts = (label: string, ...options: readonly OptimizerOption[]): OptimizerFacts => ({
  label,
  options,
});

const FACTS = {
  sgd: facts('SGD', 'momentum', 'nesterov', 'weight-decay'),
  adam: facts('Adam', 'betas', 'eps', 'weight-decay'),
  adamw: facts('AdamW', 'betas', 'eps', 'weight-decay'),
  nadam: facts('NAdam', 'betas', 'eps', 'weight-decay'),
  rmsprop: facts('RMSprop', 'momentum', 'eps', 'weight-decay'),
  adagrad: facts('Adagrad', 'eps', 'weight-decay'),
  lion: facts('Lion', 'betas', 'weight-decay'),
};

export type OptimizerName = keyof typeof FACTS;

/** The optimizers by their names in the address. */
export const OPTIMIZERS: Readonly<Record<OptimizerName, OptimizerFacts>> = FACTS;

export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];

/** The names of the optimizers that take an option; undefined if it is not an option of optimizers. */
export function takersOf(option: string): readonly string[] | undefined {
  const takers = OPTIMIZER_NAMES.filter((name) =>
    (OPTIMIZERS[name].options as readonly string[]).includes(option),
  );
  return takers.length > 0 ? takers : undefined;
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
