import { isSoftware } from '../gpu/family.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Node } from '../graph/graph.ts';
import type { Tuning } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import { type FusionRule, planGraph } from '../graph/planner.ts';
import { fuseDiscrete } from './discrete/index.ts';
import { fuseHead } from './head.ts';
import { fuseBackward, fuseForward } from './layers.ts';
import { fuseLoss } from './loss.ts';
import { fuseUpdate } from './update.ts';

/** The rules in the order in which they are tried: each sees what those before it have covered. */
export const RULES: readonly FusionRule[] = [
  fuseDiscrete,
  fuseHead,
  fuseLoss,
  fuseBackward,
  fuseUpdate,
  fuseForward,
];

/** Which of the two plans. */
export type PlanKind = 'plain' | 'fused';

/**
 * Plans the dispatches for the targets.
 *
 * @param keep tensors to be read after the run
 * @param tuning kernels that a tuner has found, for the fused plan
 * @param quick prefer kernels that compile fast over fast kernels
 * @param apart layers' parameters do not lie side by side
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
    // The one rule that binds parameters of several layers as one range.
    rules: apart ? RULES.filter((rule) => rule !== fuseDiscrete) : RULES,
    keep,
    maxBufferSize: device.limits.maxBufferSize,
    // The plain plan is what every other is held against: one kernel, the same everywhere.
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
