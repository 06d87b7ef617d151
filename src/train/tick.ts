import { type Part, use } from '../gpu/link.ts';
import * as wgsl from '../gpu/shaders.gen.ts';
import { type Dispatch, type Ref, ref } from '../graph/op.ts';
import { METHOD, type OptimizerRule } from '../ops/update.ts';
import type { Order } from './order.ts';
import { EPOCH_RING, STEP_RING } from './records.ts';
import type { SessionGraph } from './session.ts';

export interface TickOptions {
  readonly batch: number;
  readonly order: Order;
  /** Steps whose samples are staged at a time; absent for a resident data set. */
  readonly stagedSteps: number | undefined;
  /** Absent for evaluation. */
  readonly rule?: OptimizerRule | undefined;
}

/** The dispatch that ends a step and prepares the next one; see shaders/step/tick.wgsl. */
export function tickDispatch(
  { rows, hits }: Pick<SessionGraph, 'rows' | 'hits'>,
  { batch, order, stagedSteps, rule }: TickOptions,
): Dispatch {
  const program = (name: string): Ref => ({ kind: 'program', name });
  const parts: Part<Ref>[] = [
    use(wgsl.stepTick, {
      bindings: { ticking: program('clock'), nextIndices: program('indices') },
    }),
    use(wgsl.stepBatch, { constants: { BATCH: batch } }),
    rule?.[METHOD].prepare ?? use(wgsl.stepNoPrepare),
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
        steps: program('steps'),
        epochs: program('epochs'),
      },
    }),
    hits ? use(wgsl.metricsRowHits, { bindings: { rowHits: ref(hits) } }) : use(wgsl.metricsNoHits),
  );
  return { label: 'tick', parts, grid: [1, 1, 1], flop: 0 };
}
