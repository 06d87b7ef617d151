import type { PlanKind } from '../fusion/index.ts';
import type { Engine } from '../gpu/engine.ts';
import type { Nearest } from './compare.ts';
import { runTrial } from './run-trial.ts';
import type { Trial } from './trial.ts';
import { allTrials } from './trials.ts';

/** The result of an op's trials under one plan. */
export interface OpReport {
  readonly op: string;
  readonly plan: PlanKind;
  readonly cases: number;
  /** Largest |GPU − reference|. */
  readonly error: number;
  /** Largest |GPU − reference| / bound; above 1 is a failure. */
  readonly share: number;
  /** How tight the bounds are: the median bound relative to the largest value, in the loosest trial. */
  readonly tightness: number;
  /** Error and bound of the element whose share is the largest. */
  readonly nearest: Nearest;
  /** The first failure, in words. */
  readonly first?: string;
}

export interface VerifyOptions {
  /** Seed of the random numbers. Default 1. */
  readonly seed?: number;
  /** The trials to run; default {@link allTrials}. */
  readonly trials?: readonly Trial[];
  /** Only ops whose name contains this. */
  readonly filter?: string;
  readonly onOp?: (report: OpReport) => void;
}

/** Runs every trial under both plans and reports op by op. */
export async function verifyOps(engine: Engine, options: VerifyOptions = {}): Promise<OpReport[]> {
  const { seed = 1, trials = allTrials(), filter = '', onOp } = options;
  const byOp = new Map<string, Trial[]>();
  for (const trial of trials) {
    if (trial.op.includes(filter)) byOp.set(trial.op, [...(byOp.get(trial.op) ?? []), trial]);
  }
  const reports: OpReport[] = [];
  for (const [op, trials] of byOp) {
    for (const plan of ['plain', 'fused'] as const) {
      // The plain plan has full precision alone.
      if (plan === 'plain' && trials.every(({ mixed }) => mixed)) continue;
      const report = await verifyOp(engine, op, trials, plan, seed);
      reports.push(report);
      onOp?.(report);
    }
  }
  return reports;
}

async function verifyOp(
  engine: Engine,
  op: string,
  trials: readonly Trial[],
  plan: PlanKind,
  seed: number,
): Promise<OpReport> {
  let error = 0;
  let share = 0;
  let tightness = 0;
  let nearest: Nearest = { error: 0, bound: 0 };
  let first: string | undefined;
  for (const trial of trials) {
    for (const difference of await runTrial(engine, trial, plan, seed)) {
      error = Math.max(error, difference.error);
      tightness = Math.max(tightness, difference.tightness);
      if (difference.share > share) ({ share, nearest } = difference);
      first ??= difference.first && `${trial.label}, ${difference.tensor}: ${difference.first}`;
    }
  }
  return {
    op,
    plan,
    cases: trials.length,
    error,
    share,
    tightness,
    nearest,
    ...(first ? { first } : {}),
  };
}
