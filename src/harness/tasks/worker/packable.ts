import { canonicalJson } from '../../../trial/canonical-json.ts';
import type { Attempt } from '../../../trial/client/attempt.ts';
import type { TrialSpec } from '../../../trial/spec.ts';
import { networkNamed } from '../networks.ts';

/** What trials must have in common to be trained in one plan: all but seed, learning rate and a dropout that is not 0. */
export function packKey(spec: TrialSpec): string {
  const { seed: _, options, ...others } = spec;
  const { lr: _rate, dropout = networkNamed(spec.model).dropout, ...same } = options;
  return canonicalJson({ ...others, options: same, drops: Number(dropout) > 0 });
}

/**
 * Which trials of those that were claimed together are trained in one plan: new ones of the first one's kind. An ensemble begins at
 * step 0, and does not compute in mixed precision.
 *
 * @param attempts whose specifications are checked
 */
export function packOf(attempts: readonly Attempt[]): readonly Attempt[] {
  const fresh = attempts.filter(
    ({ trial: { checkpoint, spec } }) => !checkpoint && spec.options.precision !== 'mixed',
  );
  const pack = fresh.filter(({ trial }) => packKey(trial.spec) === packKey(fresh[0].trial.spec));
  return pack.length > 1 ? pack : [];
}
