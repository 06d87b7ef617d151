import { checkKeys, describe, isArray, optionsOf } from '../check.ts';
import { OptionError } from '../errors.ts';
import { lossText } from '../nn/losses.ts';
import { METHOD, type OptimizerRule } from '../ops/update.ts';
import { keyOf } from '../random/domains.ts';
import { configOf } from '../train/config.ts';
import {
  checkFit,
  complete,
  type ResolvedOptions,
  type TrainerOptions,
  type TrainingData,
} from '../train/options.ts';
import { prepare } from '../train/prepare.ts';

/** Options that each network of an ensemble may have of its own. */
const OWN = ['seed', 'optimizer', 'schedule', 'clip', 'loss', 'model'] as const;

/** Options of a trainer that an ensemble has not. */
const ALONE = ['data', 'streamBytes', 'start', 'share', 'precision'] as const;

/**
 * What one network of an ensemble has of its own: everything else is the ensemble's. Networks differ in numbers, such as the
 * learning rate, the rate of a dropout, or the length of a schedule; what is computed is the same for all. So models have the
 * same layers, and optimizers, schedules and losses are of one kind.
 */
export type EnsembleRun = Partial<Pick<TrainerOptions, (typeof OWN)[number]>>;

/** Options of {@link Ensemble.create}: those of a trainer, and the runs. */
export type EnsembleOptions<Data extends TrainingData = TrainingData> = Omit<
  TrainerOptions<Data>,
  (typeof ALONE)[number] | 'model' | 'loss' | 'optimizer'
> &
  Partial<Pick<TrainerOptions<Data>, 'model' | 'loss' | 'optimizer'>> & {
    /**
     * The networks, from 1 up; a run names only what differs from the ensemble's options. The data are the same for all: if
     * seeds differ, `validation` needs a seed of its own.
     */
    readonly runs: readonly EnsembleRun[];
  };

const keys = (): string[] => [
  ...optionsOf('Trainer.create()').filter((key) => !(ALONE as readonly string[]).includes(key)),
  'runs',
];

/** The runs of an ensemble, checked. */
export interface ResolvedRuns {
  /** Of each run, as of a trainer. */
  readonly options: readonly ResolvedOptions[];
  /** The plan of each run: runs that differ in the clock's numbers alone have one plan. */
  readonly variants: readonly number[];
  /** The first run of each plan. */
  readonly firsts: readonly number[];
}

/** @throws OptionError, DataError, as `Trainer.create` does for each run */
export async function resolveRuns(given: EnsembleOptions): Promise<ResolvedRuns> {
  checkKeys('Ensemble.create()', given, keys());
  const { runs, signal: _, ...common } = given;
  if (!isArray(runs) || runs.length === 0) {
    throw new OptionError(
      `runs ${describe(runs)} was given; use an array with an object for each network, as [{ seed: 1 }, { seed: 2 }]`,
    );
  }
  for (const [i, run] of runs.entries()) checkKeys(`runs[${i}]`, run, OWN);
  const optionsFor = (i: number): TrainerOptions =>
    ({ ...common, ...runs[i] }) as unknown as TrainerOptions;
  const first = await prepare(optionsFor(0));
  checkHeld(first.dataset, runs, common.seed);
  keyOf(first.seed);
  const { frozen, batchSize, host, normalize, augment, samples } = first;
  const options = runs.map((_run, i): ResolvedOptions => {
    if (i === 0) return first;
    const filled = complete(optionsFor(i));
    checkFit(filled);
    keyOf(filled.seed);
    const { augment: _, ...own } = filled;
    const all = { ...own, frozen, batchSize, host, normalize };
    return Object.freeze({ ...all, ...(augment && { augment }), ...(samples && { samples }) });
  });
  const shape = modelOf(first);
  const odd = options.findIndex((one) => modelOf(one) !== shape);
  if (odd >= 0) {
    throw new OptionError(
      `runs[${odd}].model has ${modelOf(options[odd])}; that of runs[0] has ${shape}. The models of an ensemble have one shape`,
    );
  }
  const plans = options.map(planKeyOf);
  const distinct = [...new Set(plans)];
  return {
    options,
    variants: plans.map((key) => distinct.indexOf(key)),
    firsts: distinct.map((key) => plans.indexOf(key)),
  };
}

/** @throws OptionError if each run would hold out other samples */
function checkHeld(
  dataset: TrainingData,
  runs: readonly EnsembleRun[],
  seed: number | undefined,
): void {
  const held = 'validation' in dataset ? dataset.validation : undefined;
  if (typeof held !== 'number') return;
  const seeds = new Set(runs.map((run) => run.seed ?? seed));
  if (seeds.size > 1) {
    throw new OptionError(
      `validation ${held} was given for runs of ${seeds.size} seeds, which would hold out different samples; use { share: ${held}, seed: 1 }, or give a test split`,
    );
  }
}

const modelOf = ({ model: { inputShape, outputShape, parameters } }: ResolvedOptions): string =>
  `[${inputShape}] to [${outputShape}] with ${parameters.map(({ name, shape }) => `${name} [${shape}]`).join(', ')}`;

/** What of an optimizer is in its kernels: its numbers are in the clock. */
function kernelsOf(rule: OptimizerRule): unknown {
  const { states, part, group = [], prepare: before, of } = rule[METHOD];
  if (of) return rule;
  return [
    states,
    ...[part, ...group, before].map((one) => one && [one.file.source, one.constants]),
  ];
}

/** Runs with the same key have the same plan. */
const planKeyOf = ({ model, loss, optimizer, schedule, clip }: ResolvedOptions): string =>
  JSON.stringify([model.kind, lossText(loss), kernelsOf(optimizer), schedule, clip]);

const short = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

/** In what a run differs from the first one, for errors. */
export function differenceOf({ options, firsts }: ResolvedRuns, variant: number): string {
  const at = firsts[variant];
  const [one, other] = [configOf(options[0]), configOf(options[at])];
  const [name] = Object.keys(one).filter((key) => key !== 'seed' && one[key] !== other[key]);
  return name === undefined
    ? `runs[${at}] differs from runs[0]`
    : `runs[${at}] has ${name} ${short(other[name])}, and runs[0] ${short(one[name])}`;
}
