/** Types alone, without imports: `gradweave-sweep` ships this file as its types. */

/** A value of an option, as a number, a text, a flag or a list of numbers. */
export type TrialValue = string | number | boolean | readonly number[];

/** Values of options, by name. */
export type Point = Readonly<Record<string, TrialValue>>;

/**
 * What a sweep tries: the content of `plan.json`, or the default export of `plan.ts` or `plan.mjs`, which may also be a function
 * that returns it.
 *
 * @example
 * import type { Plan } from 'gradweave-sweep';
 *
 * export default {
 *   name: 'rates',
 *   options: { loss: 'cross_entropy' },
 *   space: { lr: { from: 1e-4, to: 1e-1, log: true }, dropout: [0, 0.2, 0.4] },
 *   search: 'asha',
 *   trials: 40,
 *   seeds: 3,
 *   epochs: 12,
 * } satisfies Plan;
 */
export interface Plan {
  /** Up to 80 letters, digits, spaces, dots, dashes and underscores. */
  readonly name: string;
  /** A network of `gradweave train --model`. Default `2`. */
  readonly model?: string;
  /**
   * `fashion-mnist` (the default): its files, of `--data` or downloaded. `built-in`: images that gradweave draws.
   * `{ text: FILE }`: a text in UTF-8, for networks of text.
   */
  readonly data?: PlanData;
  /** Options of `gradweave train` that all trials have, by name: `{ loss: 'mse', layers: [784, 64, 10] }`. */
  readonly options?: Readonly<Record<string, TrialValue>>;
  /** What is varied: options of `gradweave train`, and `model` and `epochs`. A condition names options before it. */
  readonly space: Readonly<Record<string, Dimension>>;
  /**
   * With `search: 'grid'`: `all` (the default) tries all combinations; `each` tries `base`, and each option's other values with the
   * rest as in `base`.
   */
  readonly vary?: 'all' | 'each';
  /** For `vary: 'each'`: a value of each option of the space. */
  readonly base?: Point;
  /** Default `grid`. */
  readonly search?: SearchName | SearchOptions;
  /** How many points are tried. Needed by all searches but `grid`, which tries all. */
  readonly trials?: number;
  /** How many seeds each point is trained with: 1 to this number. Or the seeds themselves. Default 1. */
  readonly seeds?: number | readonly number[];
  /** Default: the network's. */
  readonly epochs?: number;
  /** What is compared, of the last epoch. Default: the accuracy on the test split is maximized. */
  readonly objective?: {
    readonly metric?: 'test.accuracy' | 'test.loss';
    /** Default: a loss is minimized, an accuracy maximized. */
    readonly direction?: 'maximize' | 'minimize';
  };
  /** Figures from elsewhere, which the report shows beside points. */
  readonly references?: readonly Reference[];
}

export type PlanData = 'fashion-mnist' | 'built-in' | { readonly text: string };

/** Values of one option. */
export type Dimension = readonly TrialValue[] | Choices | Range;

/** Values, with a condition. */
export interface Choices {
  readonly choices: readonly TrialValue[];
  readonly when?: When;
}

/** Numbers from `from` to `to`, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Distance of the values from each other, beginning at `from`. Default: any number; 1 for integers. */
  readonly step?: number;
  /** Only integers. */
  readonly integer?: boolean;
  /** Spread evenly over the logarithm. Not with `step`. */
  readonly log?: boolean;
  readonly when?: When;
}

/** The option is there only if other options of the space have one of these values. */
export type When = Readonly<Record<string, readonly TrialValue[]>>;

/** `optuna:` is followed by a sampler of Optuna, such as `optuna:tpe`. */
export type SearchName = 'grid' | 'random' | 'asha' | `optuna:${string}`;

/** A search with its options. */
export interface SearchOptions {
  readonly name: SearchName;
  /** Of the search; those of trials are other ones. Not for `grid`. Default 1. */
  readonly seed?: number;
  /** `asha`: epochs until the first rung. Default 1. */
  readonly minResource?: number;
  /** `asha`: of so many trials at a rung, one goes on; each rung is so many times as far as the one before. Default 4. */
  readonly reductionFactor?: number;
  /** `asha`: how many rungs are left out at the beginning. Default 0. */
  readonly minEarlyStoppingRate?: number;
  /** `optuna:…`: arguments of the sampler's class, as `{ n_startup_trials: 5 }`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** `optuna:…`: which pruner of Optuna stops trials, such as `hyperband`. Default: none. */
  readonly pruner?: string;
  /** `optuna:…`: arguments of the pruner's class. */
  readonly prunerOptions?: Readonly<Record<string, unknown>>;
}

/** A figure from elsewhere. */
export interface Reference {
  readonly name: string;
  /** The values of the point beside which it stands. */
  readonly point: Point;
  readonly loss?: number;
  /** From 0 to 1. */
  readonly accuracy?: number;
}
