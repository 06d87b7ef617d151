import { OptionError } from '../../errors.ts';
import type { PlanKind } from '../../fusion/index.ts';
import { FAMILIES, type KernelFamily } from '../../gpu/family.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import type { MlpOptions } from '../../nn/mlp.ts';
import { adam, adamw, sgd } from '../../nn/optimizers.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import { AUTOENCODER, PAPER_MODELS } from '../../paper/table.ts';

/** Everything that determines a training run, besides the data. */
export interface Settings {
  readonly title: string;
  readonly widths: readonly number[];
  readonly mlp: MlpOptions;
  readonly loss: LossKind;
  readonly target: TargetKind;
  readonly optimizer: OptimizerRule;
  readonly epochs: number;
  readonly batchSize: number;
  readonly normalize: readonly [number, number] | null;
  readonly seed: number;
  readonly plan: PlanKind;
  /** Default: depends on the adapter. */
  readonly family?: KernelFamily;
  /** Milliseconds; default: the trainer's. */
  readonly tuneBudget?: number;
  /** Steps to run on portable kernels while faster ones compile; default 0. */
  readonly warmSteps?: number;
}

/** How many characters of a value a message repeats. */
const LONGEST = 80;

/** Reads the query of an address. Defaults are the model's. */
class Query {
  readonly #options: URLSearchParams;
  /** What names in messages begin with. */
  readonly #prefix: string;

  constructor(options: URLSearchParams, prefix: string) {
    this.#options = options;
    this.#prefix = prefix;
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  fail(name: string, need: string): never {
    const given = String(this.#options.get(name));
    const shown = given.length > LONGEST ? `${given.slice(0, LONGEST)}…` : given;
    throw new OptionError(`${this.#prefix}${name}=${shown} was given; it must be ${need}`);
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.#options.get(name) ?? fallback;
    return allowed.find((one) => one === value) ?? this.fail(name, `one of ${allowed.join(', ')}`);
  }

  number(name: string, fallback: number): number {
    const text = this.#options.get(name);
    if (text === null) return fallback;
    const value = Number(text);
    return text.trim() !== '' && Number.isFinite(value) ? value : this.fail(name, 'a number');
  }

  numbers(name: string, fallback: readonly number[]): readonly number[] {
    const text = this.#options.get(name);
    if (text === null) return fallback;
    const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
    return values.every(Number.isFinite) ? values : this.fail(name, 'numbers with commas between');
  }

  flag(name: string): boolean {
    return this.#options.has(name) && this.#options.get(name) !== 'false';
  }
}

const MODELS = ['1', '2', '3', 'autoencoder'] as const;

/**
 * A run's settings from the address: `model` is one of the paper's, the other parameters change it.
 *
 * @param prefix what options' names begin with in messages: `--` on the command line. Default none
 * @throws OptionError if a value is not allowed.
 */
export function settingsOf(options: URLSearchParams, prefix = ''): Settings {
  const query = new Query(options, prefix);
  const model = query.choice('model', MODELS, '2');
  const paper = PAPER_MODELS.find((one) => String(one.model) === model);
  const base = paper
    ? { widths: [784, paper.n1, paper.n2, 10], ...paper, title: `Model ${paper.model}` }
    : { ...AUTOENCODER, widths: [784, AUTOENCODER.hidden, 784], title: 'Autoencoder' };
  const target = model === 'autoencoder' ? 'input' : 'label';
  const normalize = query.has('normalize') ? query.numbers('normalize', []) : null;
  if (normalize && normalize.length !== 2) query.fail('normalize', 'a mean and a deviation');
  const widths = query.numbers('layers', base.widths);
  const [first, last] = [base.widths[0], base.widths[base.widths.length - 1]];
  if (widths.length < 2 || widths[0] !== first || widths[widths.length - 1] !== last) {
    query.fail('layers', `widths from ${first}, the pixels of an image, to ${last}, the outputs`);
  }
  return {
    title: query.has('layers') ? widths.join('–') : base.title,
    widths,
    mlp: {
      activation: query.choice('activation', ['relu', 'sigmoid', 'tanh'], 'relu'),
      dropout: query.number('dropout', base.dropout),
      ...(target === 'input' ? { outputActivation: AUTOENCODER.outputActivation } : {}),
    },
    loss: query.choice('loss', ['mse', 'cross_entropy'], 'mse'),
    target,
    optimizer: optimizerOf(query, base.optimizer, base.learningRate),
    epochs: query.number('epochs', base.epochs),
    batchSize: query.number('batch-size', base.batchSize),
    normalize: normalize ? [normalize[0], normalize[1]] : null,
    seed: query.number('seed', 1),
    plan: query.choice('plan', ['fused', 'plain'], 'fused'),
    ...kernelsOf(query),
  };
}

/** The choice of kernels, as far as it is given. */
function kernelsOf(query: Query): Pick<Settings, 'family' | 'tuneBudget' | 'warmSteps'> {
  const family = query.choice('family', ['auto', ...FAMILIES], 'auto');
  return {
    ...(family === 'auto' ? {} : { family }),
    ...(query.has('tune') ? { tuneBudget: query.number('tune', 0) } : {}),
    ...(query.has('warm-steps') ? { warmSteps: query.number('warm-steps', 0) } : {}),
  };
}

function optimizerOf(query: Query, kind: 'sgd' | 'adam', rate: number): OptimizerRule {
  const optimizer = query.choice('optimizer', ['sgd', 'adam', 'adamw'], kind);
  const learningRate = query.number('lr', rate);
  const refuse = (names: readonly string[]): void => {
    for (const name of names) {
      if (query.has(name)) query.fail(name, `left out: ${optimizer} has no such option`);
    }
  };
  if (optimizer === 'sgd') {
    refuse(['betas', 'eps']);
    return sgd({
      learningRate,
      momentum: query.number('momentum', 0),
      nesterov: query.flag('nesterov'),
      weightDecay: query.number('weight-decay', 0),
    });
  }
  refuse(['momentum', 'nesterov']);
  const betas = query.numbers('betas', [0.9, 0.999]);
  if (betas.length !== 2) query.fail('betas', 'two numbers');
  const given = {
    learningRate,
    betas: [betas[0], betas[1]],
    epsilon: query.number('eps', 1e-8),
  } as const;
  return optimizer === 'adam'
    ? adam({ ...given, weightDecay: query.number('weight-decay', 0) })
    : adamw({ ...given, weightDecay: query.number('weight-decay', 0.01) });
}
