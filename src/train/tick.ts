import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Closing, type Dispatch, type Ref, ref } from '../graph/op.ts';
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

/** What ends a step and prepares the next one; see shaders/step/tick.wgsl. */
export function tickOf(
  { rows, hits, totals = use(wgsl.stepEqualRows) }: Pick<SessionGraph, 'rows' | 'hits' | 'totals'>,
  { batch, order, stagedSteps, ...rate }: TickOptions,
): Closing {
  const parts = (lanes: number): readonly Part<Ref>[] => [
    use(wgsl.stepTick, {
      constants: {
        ROWS_EACH: rows.spec.shape[0] / batch,
        // 64 lanes add the losses.
        ORDER_FROM: lanes > 64 ? 64 : 0,
        ORDER_LANES: lanes > 64 ? lanes - 64 : 64,
      },
    }),
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    ...prepareParts(rate),
    orderPart(order, stagedSteps),
    use(wgsl.stepClose, { constants: { STEP_RING, EPOCH_RING } }),
    totals,
  ];
  const ticking = use<'step/ticking', Ref>(wgsl.stepTicking, {
    bindings: {
      ticking: program('clock'),
      nextIndices: program('indices'),
      rowLosses: ref(rows),
      records: program('records'),
      laneSums: program('laneSums'),
    },
  });
  const hit: Part<Ref> = hits
    ? use(wgsl.metricsRowHits, { bindings: { rowHits: ref(hits) } })
    : use(wgsl.metricsNoHits);
  const own = [use<'step/tick_alone', Ref>(wgsl.stepTickAlone), ticking, hit, ...parts(64)];
  return { dispatch: { label: 'tick', parts: own, grid: [1, 1, 1], flop: 0 }, rows, hits, parts };
}

/** Declares `sampleAt`. */
function orderPart(order: Order, stagedSteps: number | undefined): Part<Ref> {
  if (stagedSteps !== undefined) {
    return use(wgsl.orderStaged, { constants: { STAGED_STEPS: stagedSteps } });
  }
  if (order.kind === 'listed') {
    return use(wgsl.orderListed, { bindings: { listed: program('listed') } });
  }
  return order.kind === 'shuffled' ? use(wgsl.orderShuffled) : use(wgsl.orderSequential);
}
