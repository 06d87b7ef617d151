import { checkFlag, checkKeys } from '../check.ts';
import { type ColumnScale, isColumnScale } from '../data/standardise.ts';
import { OptionError } from '../errors.ts';
import { sizeOf } from '../graph/tensor.ts';
import { Inference, type InferenceOptions } from '../infer/inference.ts';
import type { WeightsChoice } from './averages.ts';
import { checkWeights } from './check-weights.ts';
import type { Run } from './run.ts';

/** Options of {@link Trainer.inference}. */
export type OwnInferenceOptions = Pick<InferenceOptions, 'batch' | 'input' | 'signal'> & {
  readonly normalize?: boolean;
  /** `average`: the averages of the weights, always the current ones. Default `last`, the weights themselves. */
  readonly weights?: WeightsChoice;
};

const refuseChanges = (): never => {
  throw new OptionError(
    "this inference has the averages of a trainer's weights, which only its steps change; load into the trainer, or leave out weights: 'average'",
  );
};

/** The scale of each channel, for all columns. */
const forColumns = ({ mean, deviation }: ColumnScale, columns: number): ColumnScale => {
  const each = (list: readonly number[]): number[] =>
    Array.from({ length: columns }, (_, column) => list[column % list.length]);
  return { mean: each(mean), deviation: each(deviation) };
};

/** An inference of the run's parameters; see `Trainer.inference`. */
export function inferenceOf(run: Run, options: OwnInferenceOptions): Promise<Inference> {
  checkKeys('inference()', options, ['batch', 'input', 'normalize', 'signal', 'weights']);
  const { normalize: wanted = true, weights = 'last', ...rest } = options;
  checkFlag('normalize', wanted);
  const { model, family, loss, target, normalize, optimizer } = run.options;
  checkWeights(weights, optimizer);
  const all = { model, loss, ...(family ? { family } : {}), ...rest };
  const { lifetime: owner, activity, changed } = run;
  const isAverage = weights === 'average';
  const store = isAverage ? run.rig.averages() : run.store;
  const changes = isAverage ? refuseChanges : run.changes;
  const shared = { store, target, owner, activity, changes, changed };
  const { engine } = run.workspace;
  // It takes numbers, and a model may see channels as columns.
  const columns = sizeOf(model.inputShape);
  const scale = isColumnScale(normalize) ? forColumns(normalize, columns) : normalize;
  return Inference.create(engine, { ...all, normalize: wanted ? scale : null }, shared);
}
