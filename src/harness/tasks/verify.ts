import { OptionError } from '../../errors.ts';
import { checkFamily } from '../../gpu/family.ts';
import { NETWORKS_AT_ONCE, verifyNetworks } from '../../verify/networks-at-once.ts';
import { scalingTrials } from '../../verify/scaling.ts';
import type { Trial } from '../../verify/trial.ts';
import { allTrials } from '../../verify/trials.ts';
import { type OpReport, verifyOps } from '../../verify/verify.ts';
import { openEngine } from './data.ts';
import type { Task } from './task.ts';

/** The cells of an op: the error that is nearest to its bound, and its share of the bound. */
export function verifyCells({ op, plan, cases, nearest, share, first }: OpReport) {
  return {
    op,
    plan,
    cases: String(cases),
    error: nearest.error.toExponential(1),
    'of bound': `${(100 * share).toFixed(1)}%`,
    ...(first ? { 'first failure': first } : {}),
  };
}

/** Nothing checked is no pass. */
function noCheck(filter: string, trials: readonly Trial[]): OptionError {
  const names = [...new Set(trials.map(({ op }) => op))];
  return new OptionError(
    `the filter '${filter}' matches no check. Leave it out to run all ${names.length}, or give a part of a name, such as ${names.slice(0, 3).join(', ')}`,
  );
}

/** Checks every op and whole training steps, under both plans, against the float64 reference. */
export const verify: Task = async (options, emit) => {
  const seed = Number(options.get('seed') ?? 1);
  if (!Number.isInteger(seed) || seed < 0) {
    throw new OptionError(`seed=${options.get('seed')} was given; it must be an integer from 0`);
  }
  const named = options.get('family');
  const family = named === null || named === 'auto' ? undefined : checkFamily('family', named);
  const scaling = options.get('scaling');
  const filter = options.get('filter') ?? '';
  const trials = scaling === null ? allTrials() : scalingTrials(Number(scaling) * 1e9);
  const atOnce = scaling === null && NETWORKS_AT_ONCE.includes(filter);
  if (!atOnce && !trials.some(({ op }) => op.includes(filter))) throw noCheck(filter, trials);
  const engine = await openEngine(emit, family ? { family } : {});
  const onOp = (op: OpReport): void =>
    emit({ type: 'row', table: 'verify', cells: verifyCells(op), ok: op.share <= 1 });
  try {
    const reports = await verifyOps(engine, { seed, trials, filter, onOp });
    if (!atOnce) return reports;
    for (const plan of ['plain', 'fused'] as const) {
      const report = await verifyNetworks(engine, plan);
      reports.push(report);
      onOp(report);
    }
    return reports;
  } finally {
    engine.destroy();
  }
};
