import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Dispatch, type Ref, ref } from '../graph/op.ts';
import { SCHEDULE, type Schedule } from '../nn/schedules/rule.ts';
import { type Every, METHOD, type OptimizerRule } from '../ops/update.ts';
import type { Order } from './order.ts';
import { EPOCH_RING, STEP_RING } from './records.ts';
import type { SessionGraph } from './session-options.ts';

/** What the learning rate of a step depends on. */
export interface RateOptions {
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule | undefined;
  /** Default: the optimizer's learning rate stays. */
  readonly schedule?: Schedule | undefined;
  /** How often the optimizer updates. Default after every batch. */
  readonly every?: Every | undefined;
}

export interface TickOptions extends RateOptions {
  readonly batch: number;
  readonly order: Order;
  /** Steps whose samples are staged at a time; absent for a resident data set. */
  readonly stagedSteps: number | undefined;
}

const program = (name: string): Ref => ({ kind: 'program', name });

/** The parts that declare `prepare`. */
function prepareParts({ rule, schedule, every }: RateOptions): readonly Part<Ref>[] {
  const own = [rule?.[METHOD].prepare ?? use(wgsl.stepNoPrepare)];
  const parts = schedule ? schedule[SCHEDULE].prepare(own) : own;
  return every ? every.prepare(parts) : parts;
}

/** The dispatch that prepares the current step anew, after a change of the base rate; see shaders/step/rate.wgsl. */
export const rateDispatch = (options: RateOptions): Dispatch => ({
  label: 'rate',
  parts: [
    use(wgsl.stepRate, { bindings: { ticking: program('clock') } }),
    ...prepareParts(options),
  ],
  grid: [1, 1, 1],
  flop: 0,
});

/** The dispatch that ends a step and prepares the next one; see shaders/step/tick.wgsl. */
export function tickDispatch(
  { rows, hits, totals = use(wgsl.stepEqualRows) }: Pick<SessionGraph, 'rows' | 'hits' | 'totals'>,
  { batch, order, stagedSteps, ...rate }: TickOptions,
): Dispatch {
  const parts: Part<Ref>[] = [
    use(wgsl.stepTick, {
      constants: { ROWS_EACH: rows.spec.shape[0] / batch },
      bindings: { ticking: program('clock'), nextIndices: program('indices') },
    }),
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    ...prepareParts(rate),
  ];
  if (stagedSteps !== undefined) {
    parts.push(use(wgsl.orderStaged, { constants: { STAGED_STEPS: stagedSteps } }));
  } else if (order.kind === 'listed') {
    parts.push(use(wgsl.orderListed, { bindings: { listed: program('listed') } }));
  } else {
    parts.push(order.kind === 'shuffled' ? use(wgsl.orderShuffled) : use(wgsl.orderSequential));
  }
  parts.push(
    use(wgsl.stepClose, {
      constants: { STEP_RING, EPOCH_RING },
      bindings: {
        rowLosses: ref(rows),
        laneSums: program('laneSums'),
        records: program('records'),
      },
    }),
    hits ? use(wgsl.metricsRowHits, { bindings: { rowHits: ref(hits) } }) : use(wgsl.metricsNoHits),
    totals,
  );
  return { label: 'tick', parts, grid: [1, 1, 1], flop: 0 };
}
