import {
  checkChoice,
  checkFlag,
  checkInteger,
  checkKeys,
  checkNumber,
  describe,
  optionsOf,
} from '../check.ts';
import { OptionError } from '../errors.ts';
import type { TargetKind } from '../nn/losses.ts';
import { moreIsBetter } from './check-metrics.ts';
import type { Ended, EpochRecord } from './history.ts';
import { METRICS, type Metric } from './metrics.ts';

/** A number of an epoch's record; after `test.` also the name of one of `fit`'s metrics. */
export type Watched =
  | 'train.loss'
  | 'train.accuracy'
  | 'test.loss'
  | 'test.accuracy'
  | `test.${string}`;

/** The condition on which `fit` ends early. */
export interface StopOptions {
  /** The number to improve: from each epoch's record, or computed from it. */
  readonly on: Watched | ((record: EpochRecord) => number);
  /** Ends after so many epochs in a row without an improvement on the best one; from 1 up. */
  readonly patience: number;
  /** An improvement must be larger than this, from 0 up. Default 0. */
  readonly minDelta?: number;
  /** Whether less or more is better. Default by the name; `min` for functions and custom metrics. */
  readonly mode?: 'min' | 'max';
  /**
   * In the end restore the parameters and the optimizer's state of the best epoch, bit by bit, whether `fit` was
   * stopped or all epochs are done. The number of steps and the history stay, so that training can continue with
   * other batches than those that did not help. Costs a copy to the CPU for each epoch that is the best so far.
   * If `fit` rejects, nothing is restored. Default false.
   */
  readonly restoreBest?: boolean;
}

/** The numbers that `stop` can use. */
export interface Watchable {
  readonly target: TargetKind;
  /** Whether epochs are evaluated on the test split. */
  readonly tested: boolean;
  /** Undefined if `fit` takes none. */
  readonly metrics?: readonly Metric[];
}

/** @throws OptionError if an option is invalid, or the epochs' records will not have the number. */
export function checkStop(stop: StopOptions, { target, tested, metrics: given }: Watchable): void {
  const metrics = given ?? [];
  checkKeys('stop', stop, optionsOf('stop'));
  const { on, patience, minDelta = 0, mode, restoreBest } = stop;
  checkInteger('patience', patience, 1);
  checkNumber('minDelta', minDelta);
  if (mode !== undefined) checkChoice('mode', mode, ['min', 'max']);
  checkFlag('restoreBest', restoreBest);
  if (typeof on === 'function') return;
  const own = metrics.map((metric) => (typeof metric === 'string' ? metric : metric.name));
  const parts = ['loss', ...(target === 'label' ? ['accuracy'] : [])];
  const train = parts.map((part) => `train.${part}`);
  const test = tested ? [...parts, ...own].map((part) => `test.${part}`) : [];
  if (!tested && typeof on === 'string' && on.startsWith('test.')) {
    throw new OptionError(
      `stop on ${describe(on)} was given without a test split to evaluate; give the data set one and leave validate on, or use ${train.join(' or ')}`,
    );
  }
  const metric = given && METRICS.find((name) => on === `test.${name}` && !own.includes(name));
  if (metric) {
    throw new OptionError(
      `stop on '${on}' was given, which fit() does not compute; add metrics: ['${metric}']`,
    );
  }
  checkChoice('stop on', on, [...train, ...test]);
}

const SPLITS = ['train', 'test'] as const;

function watchedOf(on: StopOptions['on'], record: EpochRecord): number {
  if (typeof on === 'function') {
    const value: unknown = on(record);
    if (typeof value === 'number') return value;
    throw new OptionError(`stop's function returned ${describe(value)}; return a number`);
  }
  const split = SPLITS.find((name) => on.startsWith(`${name}.`)) ?? 'train';
  const name = on.slice(split.length + 1);
  const found = record[split];
  if (name === 'loss' || name === 'accuracy') return found?.[name] ?? NaN;
  return found?.metrics?.[name] ?? NaN;
}

/** Counts the epochs since the best one. */
export class Stopper {
  readonly #options: StopOptions;
  readonly #sign: 1 | -1;
  #best = { epoch: 0, value: NaN };
  #since = 0;

  constructor(options: StopOptions) {
    const { on, mode } = options;
    const more = typeof on === 'string' && moreIsBetter(on.replace(/^\w+\./, ''));
    this.#options = options;
    this.#sign = (mode === undefined ? more : mode === 'max') ? -1 : 1;
  }

  /** The best epoch so far; 0 before there is one. */
  get best(): { readonly epoch: number; readonly value: number } {
    return this.#best;
  }

  /**
   * Takes the next epoch's record. NaN is never better, and any number is better than NaN.
   *
   * @returns whether it is the best so far, and the reason to end now, if any
   * @throws OptionError if a function does not return a number; what it throws
   */
  take(record: EpochRecord): { readonly better: boolean; readonly ended?: Ended } {
    const { on, patience, minDelta = 0 } = this.#options;
    const value = watchedOf(on, record);
    const gain = this.#sign * (this.#best.value - value);
    const better = Number.isNaN(this.#best.value) ? !Number.isNaN(value) : gain > minDelta;
    if (better) this.#best = { epoch: record.epoch, value };
    this.#since = better ? 0 : this.#since + 1;
    if (this.#since < patience) return { better };
    const name = typeof on === 'string' ? on : 'function';
    return { better, ended: { by: 'stop', on: name, best: this.#best } };
  }
}
