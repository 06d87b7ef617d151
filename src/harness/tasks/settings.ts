import type { PlanKind } from '../../fusion/index.ts';
import { FAMILIES, type KernelFamily, type OldKernelFamily } from '../../gpu/family.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import type { MlpOptions } from '../../nn/mlp.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import { AUTOENCODER, PAPER_MODELS } from '../../paper/table.ts';
import { ACTIVATIONS, LOSS_NAMES, optimizerOf } from './choices.ts';
import { Query } from './query.ts';

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
  readonly family?: KernelFamily | OldKernelFamily;
  /** Milliseconds; default: the trainer's. */
  readonly tuneBudget?: number;
  /** Steps to run on portable kernels while faster ones compile; default 0. */
  readonly warmSteps?: number;
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
  const widths = query.numbers('layers', base.widths);
  const [first, last] = [base.widths[0], base.widths[base.widths.length - 1]];
  if (widths.length < 2 || widths[0] !== first || widths[widths.length - 1] !== last) {
    query.fail('layers', `widths from ${first}, the pixels of an image, to ${last}, the outputs`);
  }
  return {
    title: query.has('layers') ? widths.join('–') : base.title,
    widths,
    mlp: {
      activation: query.choice('activation', ACTIVATIONS, 'relu'),
      dropout: query.number('dropout', base.dropout),
      ...(target === 'input' ? { outputActivation: AUTOENCODER.outputActivation } : {}),
    },
    loss: query.choice('loss', LOSS_NAMES, 'mse'),
    target,
    optimizer: optimizerOf(query, base),
    epochs: query.number('epochs', base.epochs),
    batchSize: query.number('batch-size', base.batchSize),
    normalize: query.has('normalize') ? query.pair('normalize', 'a mean and a deviation') : null,
    seed: query.number('seed', 1),
    plan: query.choice('plan', ['fused', 'plain'], 'fused'),
    ...kernelsOf(query),
  };
}

/** The choice of kernels, as far as it is given. */
function kernelsOf(query: Query): Pick<Settings, 'family' | 'tuneBudget' | 'warmSteps'> {
  const family = query.choice('family', ['auto', ...FAMILIES, 'discrete'], 'auto');
  return {
    ...(family === 'auto' ? {} : { family }),
    ...(query.has('tune') ? { tuneBudget: query.number('tune', 0) } : {}),
    ...(query.has('warm-steps') ? { warmSteps: query.number('warm-steps', 0) } : {}),
  };
}
