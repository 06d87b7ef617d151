import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PlanKind } from '../../src/fusion/index.ts';
import type { KernelFamily } from '../../src/gpu/family.ts';
import type { Difference } from '../../src/verify/compare.ts';
import { runTrial } from '../../src/verify/run-trial.ts';
import type { Trial } from '../../src/verify/trial.ts';
import { allTrials } from '../../src/verify/trials.ts';
import { withSharedEngine } from '../gpu/helpers.ts';

/** Fails if a tensor of a trial exceeds its bounds, or if the bounds are so wide that nothing could exceed them. */
export function assertWithin(trial: Trial, differences: readonly Difference[]): void {
  assert.ok(differences.length > 0, `${trial.label}: nothing was compared`);
  for (const { tensor, share, tightness, promised, first } of differences) {
    assert.is(promised, 1, `${trial.label}, ${tensor}: something is not promised`);
    assert.ok(tightness < 1, `${trial.label}, ${tensor}: a bound of ${tightness} times its values`);
    // NaN is not at most 1.
    assert.ok(share <= 1, `${trial.label}, ${tensor}: ${first ?? `share ${share}`}`);
  }
}

/** Every n-th of a list, from the middle of the first n on, since the first trials are of one element; but at least so many. */
function spread<T>(all: readonly T[], every: number, least: number): T[] {
  const most = Math.max(1, Math.floor(all.length / least));
  // Odd, since layouts and other options repeat every 2 or 4 trials.
  const step = Math.min(every, most - (most > 1 && most % 2 === 0 ? 1 : 0));
  return all.filter((_, i) => i % step === step >> 1);
}

/** Adds a test for each op: all its trials, under one plan. */
export function testOps(
  plan: PlanKind,
  {
    family,
    only,
    every = 1,
    least = 2,
    leastOf = {},
  }: {
    readonly family?: KernelFamily;
    readonly only?: readonly string[];
    /** Run only every n-th trial of an op. Default all. */
    readonly every?: number;
    /** But at least so many. Default 2. */
    readonly least?: number;
    /** Of some ops, whose trials differ in more ways: at least so many. */
    readonly leastOf?: Readonly<Record<string, number>>;
  } = {},
): void {
  const trials = allTrials();
  const ops = new Set(only ?? trials.map(({ op }) => op));
  const kernels = family ? `, ${family} kernels` : '';
  for (const op of ops) {
    const chosen = spread(
      trials.filter((trial) => trial.op === op),
      every,
      leastOf[op] ?? least,
    );
    test(`${op}, ${plan} plan${kernels}: the GPU is within the reference's bounds`, () =>
      withSharedEngine(
        async (engine) => {
          assert.ok(chosen.length > 0, 'there is no trial of this op');
          assert.is(engine.family, family ?? engine.family);
          for (const trial of chosen) assertWithin(trial, await runTrial(engine, trial, plan));
        },
        family ? { family } : {},
      ));
  }
}
