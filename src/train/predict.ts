import { checkKeys } from '../check.ts';
import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  type PredictOptions,
} from '../infer/answers.ts';
import { rowsOf } from '../nn/model.ts';
import type { WeightsChoice } from './averages.ts';
import { checkWeights } from './check-weights.ts';
import { isImages, type TrainingData } from './options.ts';
import { type Samples, samplesFor } from './predict-samples.ts';
import type { Run } from './run.ts';

/** Options of `Trainer.predict`. */
export interface OwnPredictOptions<As extends AnswerForm = AnswerForm> extends PredictOptions<As> {
  /** `average`: with the averages of the weights, see {@link averaged}. Default `last`, the present weights. */
  readonly weights?: WeightsChoice;
}

/** Predicts any number of samples, while the weights do not change; see `Trainer.predict`. */
export async function predictWith<As extends AnswerForm>(
  run: Run,
  samples: Samples<TrainingData>,
  given: OwnPredictOptions<As>,
): Promise<Answer<As>> {
  checkKeys('predict()', given, ['as', 'normalize', 'weights']);
  const { weights = 'last', ...options } = given;
  const { model, loss, target, dataset, normalize, optimizer } = run.options;
  checkWeights(weights, optimizer);
  const { width } = rowsOf(model, target);
  const form = { width, loss, target };
  checkPredict(options, form);
  const raw = options.normalize === false;
  const host = samplesFor(run.options, samples, raw);
  if (!host) return answersOf(new Float32Array(), form, options.as);
  const bare = raw && normalize !== null && isImages(dataset);
  run.changed();
  const predictor = await run.rig.reader(weights).predictor();
  return answersOf(await predictor.predict(host, bare), form, options.as);
}
