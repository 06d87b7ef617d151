import { OptionError } from '../../errors.ts';
import { FAMILIES } from '../../gpu/family.ts';
import { scalingTrials } from '../../verify/scaling.ts';
import { verifyOps } from '../../verify/verify.ts';
import { openEngine } from './data.ts';
import type { Task } from './task.ts';

/** Every op and whole training steps, both plans, against the float64 reference. */
export const verify: Task = async (options, emit) => {
  const seed = Number(options.get('seed') ?? 1);
  if (!Number.isInteger(seed) || seed < 0) {
    throw new OptionError(`seed=${options.get('seed')} was given; it must be an integer from 0`);
  }
  const named = options.get('family');
  const family = FAMILIES.find((one) => one === named);
  if (named !== null && named !== 'auto' && !family) {
    throw new OptionError(`family=${named} was given; use auto, ${FAMILIES.join(', ')}`);
  }
  const engine = await openEngine(emit, family ? { family } : {});
  const scaling = options.get('scaling');
  try {
    return await verifyOps(engine, {
      seed,
      ...(scaling === null ? {} : { trials: scalingTrials(Number(scaling) * 1e9) }),
      filter: options.get('filter') ?? '',
      onOp: (op) =>
        emit({
          type: 'row',
          table: 'verify',
          cells: {
            op: op.op,
            plan: op.plan,
            cases: String(op.cases),
            'largest error': op.error.toExponential(1),
            'nearest its bound': op.nearest.error.toExponential(1),
            bound: op.nearest.bound.toExponential(1),
            'share of bound': `${(100 * op.share).toFixed(1)}%`,
            'bound / value': op.tightness.toExponential(1),
            ...(op.first ? { 'first failure': op.first } : {}),
          },
          ok: op.share <= 1,
        }),
    });
  } finally {
    engine.destroy();
  }
};
