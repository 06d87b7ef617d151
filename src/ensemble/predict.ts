import { checkKeys, describe, isArray } from '../check.ts';
import { OptionError } from '../errors.ts';
import type { Engine } from '../gpu/engine.ts';
import { type Answer, type AnswerForm, classesOf } from '../infer/answers.ts';
import { Inference } from '../infer/inference.ts';
import { rowsOf } from '../nn/model.ts';
import type { StateTensor } from '../nn/state.ts';
import { formulaOf, isSoftmax } from '../ops/loss.ts';
import type { TrainingData } from '../train/options.ts';
import type { Samples } from '../train/predict-samples.ts';
import type { Member } from './member.ts';

/** Options of `Ensemble.predict`. */
export interface EnsemblePredictOptions<As extends AnswerForm = AnswerForm> {
  /**
   * - `output`: the mean of the networks' outputs.
   * - `probability`: the mean of their probabilities, for losses of logits.
   * - `class`: the class with the largest mean probability; of the largest mean output for other losses.
   *
   * Default `output`.
   */
  readonly as?: As;
  /** The indices of the runs that take part. Default all whose loss is finite. */
  readonly runs?: readonly number[];
}

/** Samples that are predicted at a time. */
const BATCH = 500;

/** The mean of several networks' answers. */
export async function averagedPrediction<Data extends TrainingData, As extends AnswerForm>(
  engine: Engine,
  members: readonly Member[],
  read: (run: number) => Promise<Map<string, StateTensor>>,
  samples: Samples<Data>,
  options: EnsemblePredictOptions<As>,
): Promise<Answer<As>> {
  checkKeys('predict()', options, ['as', 'runs']);
  const {
    as = 'output',
    runs = members.filter(({ state }) => state !== 'diverged').map(({ run }) => run),
  } = options;
  if (!isArray(runs) || runs.length === 0 || !runs.every((run) => members[run as number])) {
    throw new OptionError(
      `predict(): runs ${describe(runs)} was given; use an array of indices from 0 to ${members.length - 1}`,
    );
  }
  const { model, loss, target, normalize, family } = members[0].options;
  const { width } = rowsOf(model, target);
  const logits = target === 'label' && (isSoftmax(loss) || formulaOf(loss)?.answer !== undefined);
  const form: AnswerForm = as === 'class' ? (logits && width > 1 ? 'probability' : 'output') : as;
  let sums: Float64Array | undefined;
  const inference = await Inference.create(engine, {
    model,
    batch: BATCH,
    normalize,
    loss,
    ...(family ? { family } : {}),
  });
  try {
    for (const run of runs) {
      inference.load(await read(run));
      const answers = await inference.predict(samples as never, { as: form });
      sums ??= new Float64Array(answers.length);
      for (let i = 0; i < answers.length; i++) sums[i] += answers[i];
    }
  } finally {
    inference.destroy();
  }
  const means = Float32Array.from(sums ?? [], (sum) => sum / runs.length);
  if (as !== 'class') return means as Answer<As>;
  if (width > 1) return classesOf(means, width) as Answer<As>;
  // A single logit: 1 above 0, as the class of a trainer.
  return Uint32Array.from(means, (mean) => Number(mean > 0)) as Answer<As>;
}
