import type { PlanKind } from '../../fusion/index.ts';
import { FAMILIES, type KernelFamily, type OldKernelFamily } from '../../gpu/family.ts';
import type { LossKind, TargetKind } from '../../nn/losses.ts';
import type { Model } from '../../nn/model.ts';
import type { OptimizerRule } from '../../ops/update.ts';
import type { AugmentOptions } from '../../train/augment.ts';
import { ACTIVATIONS, LOSS_NAMES, optimizerOf } from './choices.ts';
import {
  AUGMENTATION_NAMES,
  AUGMENTATIONS,
  NETWORK_NAMES,
  type Network,
  networkNamed,
  SCHEDULES,
} from './networks.ts';
import { Query } from './query.ts';

/** Everything that determines a training run, besides the data. */
export interface Settings {
  readonly title: string;
  /** Of a perceptron: from the pixels to the outputs. */
  readonly widths?: readonly number[];
  /** @param image [height, width] */
  model(image: readonly number[]): Model;
  readonly loss: LossKind;
  readonly target: TargetKind;
  readonly optimizer: OptimizerRule;
  readonly epochs: number;
  readonly batchSize: number;
  readonly normalize: readonly [number, number] | null;
  readonly schedule: (typeof SCHEDULES)[number];
  readonly augment?: AugmentOptions;
  readonly seed: number;
  readonly plan: PlanKind;
  /** Default: depends on the adapter. */
  readonly family?: KernelFamily | OldKernelFamily;
  /** Milliseconds; default: the trainer's. */
  readonly tuneBudget?: number;
  /** Steps to run on portable kernels while faster ones compile; default 0. */
  readonly warmSteps?: number;
}

/**
 * A run's settings from the address: `model` is a network of {@link NETWORKS}, the other parameters change it.
 *
 * @param prefix what options' names begin with in messages: `--` on the command line. Default none
 * @throws OptionError if a value is not allowed.
 */
export function settingsOf(options: URLSearchParams, prefix = ''): Settings {
  const query = new Query(options, prefix);
  const network = networkNamed(query.choice('model', NETWORK_NAMES, '2'));
  const widths = network.widths && query.numbers('layers', network.widths);
  if (!widths && query.has('layers')) query.fail('layers', 'left out: the network has others');
  const [first, last] = [network.widths?.[0], network.widths?.at(-1)];
  if (widths && (widths.length < 2 || widths[0] !== first || widths.at(-1) !== last)) {
    query.fail('layers', `widths from ${first}, the pixels of an image, to ${last}, the outputs`);
  }
  const own = {
    widths: widths ?? [],
    activation: query.choice('activation', ACTIVATIONS, 'relu'),
    dropout: query.number('dropout', network.dropout),
  };
  return {
    title: widths && query.has('layers') ? widths.join('–') : network.title,
    ...(widths ? { widths } : {}),
    model: (image) => network.model(image, own),
    loss: query.choice('loss', LOSS_NAMES, network.loss),
    target: network.target,
    optimizer: optimizerOf(query, network),
    epochs: query.number('epochs', network.epochs),
    batchSize: query.number('batch-size', network.batchSize),
    schedule: query.choice('schedule', SCHEDULES, network.schedule),
    ...augmentOf(query, network),
    normalize: query.has('normalize')
      ? query.pair('normalize', 'a mean and a deviation')
      : network.normalize,
    seed: query.number('seed', 1),
    plan: query.choice('plan', ['fused', 'plain'], 'fused'),
    ...kernelsOf(query),
  };
}

function augmentOf(query: Query, network: Network): Pick<Settings, 'augment'> {
  const augment = AUGMENTATIONS[query.choice('augment', AUGMENTATION_NAMES, network.augment)];
  return augment ? { augment } : {};
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
