import { isSoftware } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Node } from '../graph/graph.ts';
import type { Tuning } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import { type FusionRule, planGraph } from '../graph/planner.ts';
import { fuseDiscrete } from './discrete/index.ts';
import { fuseElements } from './elements.ts';
import { fuseHead } from './head.ts';
import { fuseLoss } from './loss.ts';
import { fuseUpdate } from './update.ts';

/** The rules in order. Each sees which nodes the rules before it have covered. */
export const RULES: readonly FusionRule[] = [
  fuseDiscrete,
  fuseHead,
  fuseLoss,
  fuseUpdate,
  fuseElements,
];

/** The kind of plan: one dispatch per op, or fused dispatches. */
export type PlanKind = 'plain' | 'fused';

/**
 * Plans the dispatches for the targets.
 *
 * @param keep tensors that are read after the run
 * @param tuning kernels that a tuner chose, for the fused plan
 * @param quick prefer kernels that compile fast over kernels that run fast
 * @param apart whether the parameters of different layers do not lie side by side
 */
export function plan(
  kind: PlanKind,
  targets: readonly Node[],
  keep: readonly Node[],
  { device, family }: Pick<Gpu, 'device' | 'family'>,
  {
    tuning,
    quick = false,
    apart = false,
  }: { readonly tuning?: Tuning; readonly quick?: boolean; readonly apart?: boolean } = {},
): Plan {
  return planGraph(targets, {
    kind,
    // This rule alone binds the parameters of several layers as one range.
    rules: apart ? RULES.filter((rule) => rule !== fuseDiscrete) : RULES,
    keep,
    maxBufferSize: device.limits.maxBufferSize,
    // Other plans are compared with the plain plan, so it has the same kernels everywhere.
    choice:
      kind === 'plain'
        ? { family: 'portable', dearLoads: false }
        : {
            family,
            dearLoads: isSoftware(device.adapterInfo),
            quick,
            ...(tuning && !quick ? { tuning } : {}),
          },
  });
}
