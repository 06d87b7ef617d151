import { factsNamed } from '../../../src/harness/tasks/network-facts.ts';
import { canonicalJson } from '../../../src/trial/canonical-json.ts';
import { checkSpec, TRIAL_FORMAT } from '../../../src/trial/check.ts';
import type { TrialData, TrialSpec } from '../../../src/trial/spec.ts';
import type { Point } from '../contract.ts';
import type { CheckedPlan } from './checked.ts';

/** What a plan does not say of its trials. */
export interface SpecSource {
  /** The version of gradweave. */
  readonly engine: string;
  readonly data: TrialData;
}

/** The trial of a point with a seed. */
export function specOf(
  plan: Pick<CheckedPlan, 'model' | 'options' | 'epochs'>,
  { engine, data }: SpecSource,
  point: Point,
  seed: number,
): TrialSpec {
  const { model = plan.model, epochs, ...options } = point;
  return checkSpec({
    format: TRIAL_FORMAT,
    engine,
    model,
    data,
    options: { ...plan.options, ...options },
    seed,
    epochs: epochs ?? plan.epochs ?? factsNamed(String(model)).epochs,
  });
}

/**
 * Trials of one shape have the same text: an ensemble trains them together. They differ in their seeds, learning rates and
 * dropouts above 0 only. Mixed precision is not for ensembles; such trials have a shape of their own.
 */
export function shapeOf(spec: TrialSpec): string {
  const { seed, options, ...others } = spec;
  const { lr, dropout = factsNamed(spec.model).dropout, ...same } = options;
  const alone = (options.precision ?? 'full') === 'full' ? {} : { seed, lr: lr ?? null };
  return canonicalJson({ ...others, options: same, drops: Number(dropout) > 0, ...alone });
}
