import { checkFlag, checkKeys } from '../check.ts';
import { Inference, type InferenceOptions } from '../infer/inference.ts';
import type { Run } from './run.ts';

/** Options of {@link Trainer.inference}. */
export type OwnInferenceOptions = Pick<InferenceOptions, 'batch' | 'input' | 'signal'> & {
  readonly normalize?: boolean;
};

/** An inference of the run's parameters; see `Trainer.inference`. */
export function inferenceOf(run: Run, options: OwnInferenceOptions): Promise<Inference> {
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
