import {
  checkChoice,
  checkFlag,
  checkKeys,
  describe,
  isArray,
  isObject,
  optionsOf,
} from '../check.ts';
import { OptionError } from '../errors.ts';
import type { OptimizerRule } from '../ops/update.ts';

/** Hyper-parameters of {@link sgd}, with the meaning of torch.optim.SGD's. */
export interface SgdOptions {
  /** From 0 to 10⁶. Default 1e-3. */
  readonly learningRate?: number;
  /** From 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Of the momentum, from 0 to 1. Default 0. */
  readonly dampening?: number;
  /** Needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty, from 0 to 10⁶. Default 0. */
  readonly weightDecay?: number;
}

/** Hyper-parameters of {@link adam} and {@link adamw}, with the meaning of torch.optim's. */
export interface AdamOptions {
  /** From 0 to 10⁶. Default 1e-3. */
  readonly learningRate?: number;
  /** Decay of the first and the second moment, from 0 to below 1. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the second moment, from 0 to 10⁶. Default 1e-8. */
  readonly epsilon?: number;
  /** Adam: L2 penalty, default 0. AdamW: decoupled, default 0.01. From 0 to 10⁶. */
  readonly weightDecay?: number;
}

function within(name: string, value: number, least: number, most: number, open = false): number {
  if (typeof value !== 'number' || !(value >= least && (open ? value < most : value <= most))) {
    throw new OptionError(
      `${name} ${describe(value)} was given; use a number from ${least} ${open ? 'to below' : 'to'} ${most}`,
    );
  }
  return value;
}

const rate = (value: number): number => within('learning rate', value, 0, 1e6);

/**
 * Stochastic gradient descent, as torch.optim.SGD.
 *
 * @throws OptionError if an option is out of range or unknown
 */
export function sgd(options: SgdOptions = {}): OptimizerRule {
  checkKeys('sgd()', options, optionsOf('sgd()'));
  const {
    learningRate = 1e-3,
    momentum = 0,
    dampening = 0,
    nesterov = false,
    weightDecay = 0,
  } = options;
  checkFlag('nesterov', nesterov);
  const rule: OptimizerRule = {
    kind: 'sgd',
    learningRate: rate(learningRate),
    momentum: within('momentum', momentum, 0, 1),
    dampening: within('dampening', dampening, 0, 1),
    nesterov,
    weightDecay: within('weight decay', weightDecay, 0, 1e6),
  };
  if (nesterov && (momentum <= 0 || dampening !== 0)) {
    throw new OptionError(
      `nesterov was given with momentum ${momentum} and dampening ${dampening}; use a momentum above 0 and dampening 0`,
    );
  }
  return Object.freeze(rule);
}

function adamLike(kind: 'adam' | 'adamw', options: AdamOptions, decay: number): OptimizerRule {
  checkKeys(`${kind}()`, options, optionsOf('adam()'));
  const {
    learningRate = 1e-3,
    betas = [0.9, 0.999],
    epsilon = 1e-8,
    weightDecay = decay,
  } = options;
  if (!isArray(betas) || betas.length !== 2) {
    throw new OptionError(`betas: ${describe(betas)} was given; use two numbers, as [0.9, 0.999]`);
  }
  return Object.freeze({
    kind,
    learningRate: rate(learningRate),
    betas: Object.freeze([
      within('beta1', betas[0], 0, 1, true),
      within('beta2', betas[1], 0, 1, true),
    ] as const),
    epsilon: within('epsilon', epsilon, 0, 1e6),
    weightDecay: within('weight decay', weightDecay, 0, 1e6),
  });
}

/** Adam with L2 penalty, as torch.optim.Adam. @throws OptionError if an option is out of range or unknown. */
export const adam = (options: AdamOptions = {}): OptimizerRule => adamLike('adam', options, 0);

/** AdamW, as torch.optim.AdamW. @throws OptionError if an option is out of range or unknown. */
export const adamw = (options: AdamOptions = {}): OptimizerRule => adamLike('adamw', options, 0.01);

const RULES = { sgd, adam, adamw };

/**
 * Checks a rule of {@link sgd}, {@link adam} or {@link adamw}, or an object with the same fields.
 *
 * @throws OptionError for anything else.
 */
export function ruleOf(given: unknown): OptimizerRule {
  if (!isObject(given)) {
    const called = typeof given === 'function' && given.name in RULES;
    throw new OptionError(
      `optimizer: ${describe(given)} was given${called ? `; call it: ${given.name}()` : '. Use the result of sgd(), adam() or adamw()'}`,
    );
  }
  const { kind, ...options } = given;
  checkChoice('optimizer.kind', kind, Object.keys(RULES));
  return RULES[kind as keyof typeof RULES](options);
}
