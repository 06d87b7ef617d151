import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  type PredictOptions,
} from '../infer/answers.ts';
import { isImages, type TrainingData } from './options.ts';
import { type Samples, samplesFor } from './predict-samples.ts';
import type { Run } from './run.ts';

/** Predicts any number of samples, while the weights do not change; see `Trainer.predict`. */
export async function predictWith<As extends AnswerForm>(
  run: Run,
  samples: Samples<TrainingData>,
  options: PredictOptions<As>,
): Promise<Answer<As>> {
  const { model, loss, target, dataset, normalize } = run.options;
  const [width] = model.outputShape;
  const form = { width, loss, target };
  checkPredict(options, form);
  const raw = options.normalize === false;
  const host = samplesFor(run.options, samples, raw);
  if (!host) return answersOf(new Float32Array(), form, options.as);
  const bare = raw && normalize !== null && isImages(dataset);
  const predictor = await run.rig.predictor();
  return answersOf(await predictor.predict(host, bare), form, options.as);
}
