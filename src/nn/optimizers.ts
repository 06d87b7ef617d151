import { OptionError } from '../errors.ts';
import type { OptimizerRule } from '../ops/update.ts';

export interface SgdOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Default 0. */
  readonly dampening?: number;
  /** Needs momentum and no dampening. Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty. Default 0. */
  readonly weightDecay?: number;
}

export interface AdamOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Adam: L2 penalty, default 0. AdamW: decoupled, default 0.01. */
  readonly weightDecay?: number;
}

function within(name: string, value: number, least: number, most: number, open = false): number {
  if (!(value >= least && (open ? value < most : value <= most))) {
    throw new OptionError(
      `${name} ${value} was given; it must be a number from ${least} ${open ? 'to below' : 'to'} ${most}`,
    );
  }
  return value;
}

const rate = (value: number): number => within('learning rate', value, 0, 1e6);

/**
 * Stochastic gradient descent, as torch.optim.SGD.
 *
 * @throws OptionError where an option is out of its range.
 */
export function sgd(options: SgdOptions = {}): OptimizerRule {
  const {
    learningRate = 1e-3,
    momentum = 0,
    dampening = 0,
    nesterov = false,
    weightDecay = 0,
  } = options;
  if (nesterov && (momentum <= 0 || dampening !== 0)) {
    throw new OptionError(
      `Nesterov momentum needs momentum above 0 and dampening 0; got momentum ${momentum} and dampening ${dampening}`,
    );
  }
  return {
    kind: 'sgd',
    learningRate: rate(learningRate),
    momentum: within('momentum', momentum, 0, 1),
    dampening: within('dampening', dampening, 0, 1),
    nesterov,
    weightDecay: within('weight decay', weightDecay, 0, 1e6),
  };
}

function adamLike(kind: 'adam' | 'adamw', options: AdamOptions, decay: number): OptimizerRule {
  const {
    learningRate = 1e-3,
    betas = [0.9, 0.999],
    epsilon = 1e-8,
    weightDecay = decay,
  } = options;
  return {
    kind,
    learningRate: rate(learningRate),
    betas: [within('beta1', betas[0], 0, 1, true), within('beta2', betas[1], 0, 1, true)],
    epsilon: within('epsilon', epsilon, 0, 1e6),
    weightDecay: within('weight decay', weightDecay, 0, 1e6),
  };
}

/** Adam with L2 penalty, as torch.optim.Adam. @throws OptionError where an option is out of range. */
export const adam = (options: AdamOptions = {}): OptimizerRule => adamLike('adam', options, 0);

/** AdamW, as torch.optim.AdamW. @throws OptionError where an option is out of range. */
export const adamw = (options: AdamOptions = {}): OptimizerRule => adamLike('adamw', options, 0.01);
