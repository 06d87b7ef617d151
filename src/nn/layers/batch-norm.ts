import { checkFlag, checkInteger, checkKeys, checkNumber } from '../../check.ts';
import { OptionError, ShapeError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { storageOf } from '../../graph/tensor.ts';
import { batchNorm } from '../../ops/batch_norm.ts';
import { batchStatistics, trackStatistics } from '../../ops/batch_statistics.ts';
import { addRowBias } from '../../ops/over-rows.ts';
import { scaleColumns } from '../../ops/scale_columns.ts';
import { standardiseColumns } from '../../ops/standardise_columns.ts';
import { byLastDimension, reshape } from '../../ops/view.ts';
import { constants, zeros } from '../initial.ts';
import { numberOf } from './activations.ts';
import type { Form } from './form.ts';
import { type Layer, layerOf } from './layer.ts';
import type { ParameterSpec } from './parameters.ts';

/** Options of a batch norm, with torch.nn's defaults. */
export interface BatchNormOptions {
  /** Added to the variance, from 0 to 10⁶. Default 1e-5. */
  readonly eps?: number;
  /**
   * The share of each batch in the running statistics, from 0 to 1; null: 1 / batches so far, so that they are the mean of all
   * batches. Default 0.1.
   */
  readonly momentum?: number | null;
  /** Whether each channel has a learned weight and bias. Default true. */
  readonly affine?: boolean;
  /**
   * Whether the layer keeps running statistics, which evaluation uses. Without them `evaluate` uses the statistics of
   * each of its batches, and `predict` and `inference` are refused. Default true.
   */
  readonly trackRunningStats?: boolean;
  /**
   * Whether it also trains with the running statistics, and leaves them as they are: as a module of PyTorch after `eval()`.
   * Its weight and bias are trained unless the trainer's `frozen` names them. Default false.
   */
  readonly frozen?: boolean;
}

/**
 * (x − mean) / √(variance + eps) · weight + bias for each feature, as torch.nn.BatchNorm1d. In training the mean and the
 * variance (1/N) are those of the samples of the batch, also if it is partial, and with samples [length, features] of all
 * their rows; they update `running_mean` and `running_var` (with the unbiased variance), which evaluation uses instead.
 * These are part of files of weights, snapshots and checkpoints, by PyTorch's names, and are not trained.
 *
 * @throws OptionError unless `features` is an integer from 1 to 2¹⁷, or if an option is unknown or out of range
 */
export const batchNorm1d = (features: number, options: BatchNormOptions = {}): Layer =>
  batchNormOf('batchNorm1d', features, options);

/**
 * As {@link batchNorm1d} for each channel of images [height, width, channels], as torch.nn.BatchNorm2d: over all pixels of
 * all samples of the batch. Images [height, width] have one channel.
 *
 * @throws OptionError unless `channels` is an integer from 1 to 2¹⁷, or if an option is unknown or out of range
 */
export const batchNorm2d = (channels: number, options: BatchNormOptions = {}): Layer =>
  batchNormOf('batchNorm2d', channels, options);

const KEYS = ['eps', 'momentum', 'affine', 'trackRunningStats', 'frozen'];

function batchNormOf(
  name: 'batchNorm1d' | 'batchNorm2d',
  width: number,
  options: BatchNormOptions,
): Layer {
  checkKeys(`${name}()`, options, KEYS);
  const images = name === 'batchNorm2d';
  checkInteger(`${name}: ${images ? 'channels' : 'features'}`, width, 1, 2 ** 17);
  const { momentum = 0.1, affine = true, trackRunningStats = true, frozen = false } = options;
  for (const [what, flag] of Object.entries({ affine, trackRunningStats, frozen })) {
    checkFlag(`${name}: ${what}`, flag);
  }
  if (momentum !== null) checkNumber(`${name}: momentum`, momentum, 1);
  if (frozen && !trackRunningStats) {
    throw new OptionError(
      `${name}: frozen was given without running statistics, which it would use; leave out trackRunningStats: false`,
    );
  }
  const eps = numberOf('eps', options.eps ?? 1e-5, 0);
  const shape = [width];
  const learned: ParameterSpec[] = [
    { name: 'weight', shape, initial: constants(1) },
    { name: 'bias', shape, initial: zeros },
  ];
  const state: ParameterSpec[] = [
    { name: 'running_mean', shape, initial: zeros, state: true },
    { name: 'running_var', shape, initial: constants(1), state: true },
    { name: 'num_batches_tracked', shape: [], initial: zeros, state: true },
  ];
  const kind = [
    `${name} ${width} ${eps} ${momentum}`,
    !affine && 'without weights',
    !trackRunningStats && 'without running statistics',
    frozen && 'frozen',
  ];
  return layerOf(
    [
      kind.filter((part) => part).join(', '),
      width,
      eps,
      momentum,
      affine,
      trackRunningStats,
      frozen,
    ],
    (given, own, training) => {
      const x = channelsOf(given, images);
      const { running_mean: mean, running_var: variance, num_batches_tracked: batches } = own;
      if (trackRunningStats && (frozen || !training)) {
        const y = standardiseColumns(x, mean, variance, eps);
        return affine ? addRowBias(scaleColumns(y, own.weight), own.bias) : y;
      }
      const { rows } = storageOf(x.spec);
      if (training && rows < 2) {
        throw new ShapeError(
          `${name}() got one row for each channel, whose variance is 0. Train with a batch of 2 samples or more`,
        );
      }
      const statistics = batchStatistics(x);
      if (training && trackRunningStats) {
        const each = rows / x.spec.shape[0];
        trackStatistics(statistics, [mean, variance, batches], { momentum, each });
      }
      return batchNorm(x, statistics, eps, affine ? [own.weight, own.bias] : []);
    },
    (input) => {
      const sizes = images && input.length === 2 ? [...input, 1] : input;
      const dimensions = images ? [3] : [1, 2];
      if (sizes.at(-1) === width && dimensions.includes(sizes.length)) return sizes;
      throw new ShapeError(
        `${name}(${width}) got samples of shape [${input.join(', ')}]; they must be ${images ? `[height, width, ${width}]` : `[${width}] or [length, ${width}]`}`,
      );
    },
    [...(affine ? learned : []), ...(trackRunningStats ? state : [])],
  );
}

/** The matrix with a column for each channel. */
function channelsOf(x: Node, images: boolean): Node {
  const { shape } = x.spec;
  return images && shape.length === 3 ? reshape(x, [...shape, 1], 3) : byLastDimension(x);
}

/** In files of models. */
export const batchNormForms = {
  batchNorm1d: { make: batchNorm1d, takes: ['features'], options: KEYS },
  batchNorm2d: { make: batchNorm2d, takes: ['channels'], options: KEYS },
} satisfies Record<string, Form>;
