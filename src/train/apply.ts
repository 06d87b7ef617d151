import { checkChoice, checkFlag, checkKeys } from '../check.ts';
import { OptionError } from '../errors.ts';
import {
  type Answer,
  type AnswerForm,
  answersOf,
  checkPredict,
  type PredictOptions,
} from '../infer/answers.ts';
import { Inference, type InferenceOptions } from '../infer/inference.ts';
import type { Evaluation } from './evaluator.ts';
import type { Metric } from './metrics.ts';
import { isImages, type TrainingData } from './options.ts';
import { type Samples, samplesFor } from './predict-samples.ts';
import type { Run } from './run.ts';

/** Loss, accuracy and confusion matrix over a split; see `Trainer.evaluate`. */
export async function evaluateRun(
  run: Run,
  which: 'train' | 'test',
  metrics?: readonly Metric[],
): Promise<Evaluation> {
  checkChoice('evaluate(): split', which, ['train', 'test']);
  const { train, test, evaluator } = run.rig;
  const split = which === 'test' ? test : train;
  if (split?.count === 0) {
    throw new OptionError('evaluate(): the live set has no samples; push() some first');
  }
  if (split) {
    // The caller's metrics do not hold up training.
    const measured = await run.activity.read(() => evaluator.evaluate(split, metrics));
    return measured((waited) => run.lifetime.until(waited));
  }
  throw new OptionError(
    "there is no test split to evaluate; give the data set one, or evaluate('train')",
  );
}

/** Predicts any number of samples; see `Trainer.predict`. */
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
  if (!host) {
    run.lifetime.assert();
    return answersOf(new Float32Array(), form, options.as);
  }
  const bare = raw && normalize !== null && isImages(dataset);
  const outputs = await run.lifetime.run(() =>
    run.activity.read(() => run.rig.predictor.predict(host, bare)),
  );
  return answersOf(outputs, form, options.as);
}

/** Options of {@link Trainer.inference}. */
export type OwnInferenceOptions = Pick<InferenceOptions, 'batch' | 'input' | 'signal'> & {
  readonly normalize?: boolean;
};

/** An inference of the run's parameters; see `Trainer.inference`. */
export function inferenceOf(run: Run, options: OwnInferenceOptions): Promise<Inference> {
  run.lifetime.assert();
  checkKeys('inference()', options, ['batch', 'input', 'normalize', 'signal']);
  const { normalize: wanted = true, ...rest } = options;
  checkFlag('normalize', wanted);
  const { model, family, loss, target, normalize } = run.options;
  const all = { model, loss, ...(family ? { family } : {}), ...rest };
  const { lifetime: owner, activity, store, changes } = run;
  const shared = { store, target, owner, activity, changes };
  const { engine } = run.workspace;
  return Inference.create(engine, { ...all, normalize: wanted ? normalize : null }, shared);
}
