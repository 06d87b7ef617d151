import type { KernelFamily } from '../gpu/family.ts';
import type { FamilyKernels } from '../gpu/gemm/body.ts';
import { kernelsOf } from '../gpu/gemm/families.ts';
import type { Node } from '../graph/graph.ts';
import type { KernelChoice, Tuning } from '../graph/op.ts';
import type { Plan } from '../graph/plan.ts';
import { type FusionRule, planGraph } from '../graph/planner.ts';
import { fuseElements } from './elements.ts';
import { fuseHead } from './head.ts';
import { fuseLoss } from './loss.ts';
import { fuseUpdate } from './update.ts';

/** The kind of plan: one dispatch per op, or fused dispatches. */
export type PlanKind = 'plain' | 'fused';

/** What a plan uses of a family of kernels. */
export interface Family {
  readonly kernels: FamilyKernels;
  /** The family's own rules, which bind the parameters of several layers as one range. */
  readonly ranging: readonly FusionRule[];
}

/** Two nodes of one input in one dispatch, see `together` of an op. */
const fuseTogether: FusionRule = ({ open, choice }) =>
  open.flatMap((node) => node.op.together?.(node, open, choice) ?? []);

/** The rules of all families in order. Each sees which nodes the rules before it have covered. */
export const FUSION_RULES: readonly FusionRule[] = [
  fuseHead,
  fuseLoss,
  fuseUpdate,
  fuseTogether,
  fuseElements,
];

/** Loads a family's kernels and rules. */
export async function loadFamily(kind: PlanKind, family: KernelFamily): Promise<Family> {
  // Other plans are compared with the plain plan, so it has the same kernels everywhere.
  const kernels = kernelsOf(kind === 'plain' ? 'portable' : family);
  if (kind === 'plain' || family !== 'tiled') return { kernels: await kernels, ranging: [] };
  const { fuseTiled } = await import('./tiled/index.ts');
  return { kernels: await kernels, ranging: [fuseTiled] };
}

/** Loads what makes products of mixed precision, for the family `tiled`. */
export async function loadMixed(): Promise<typeof import('./mixed/index.ts').mixedWith> {
  const { mixedWith } = await import('./mixed/index.ts');
  return mixedWith;
}

/**
 * Plans the dispatches for the targets.
 *
 * @param keep tensors that are read after the run
 * @param family loaded for this kind of plan
 * @param tuning kernels that a tuner chose, for the fused plan
 * @param quick prefer kernels that compile fast over kernels that run fast
 * @param apart whether the parameters of different layers do not lie side by side
 * @param staging how products hold their operands, for the fused plan of the family `tiled`. With it, the family's own rules,
 *   whose kernels have no such choice, do not apply
 */
export function plan(
  kind: PlanKind,
  targets: readonly Node[],
  keep: readonly Node[],
  { device, family }: { readonly device: GPUDevice; readonly family: Family },
  {
    tuning,
    quick = false,
    apart = false,
    staging,
  }: {
    readonly tuning?: Tuning;
    readonly quick?: boolean;
    readonly apart?: boolean;
    readonly staging?: KernelChoice['staging'] | undefined;
  } = {},
): Plan {
  const { kernels, ranging } = family;
  return planGraph(targets, {
    kind,
    rules: apart || staging ? FUSION_RULES : [...ranging, ...FUSION_RULES],
    keep,
    maxBufferSize: device.limits.maxBufferSize,
    choice:
      kind === 'plain'
        ? kernels
        : {
            ...kernels,
            adapter: device.adapterInfo,
            quick,
            ...(tuning && !quick ? { tuning } : {}),
            ...(staging ? { staging } : {}),
          },
  });
}
