import type { FamilyKernels } from '../../gpu/gemm/body.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { PlanKind } from '../index.ts';
import { checkProducts } from './check.ts';
import { MixedProducts, type Slopes } from './products.ts';

export type { MixedProducts, Slopes } from './products.ts';

/** What decides whether and how the products of a run are in mixed precision. */
export interface MixedOptions {
  readonly plan: PlanKind;
  /** Kernels for the first steps. */
  readonly start?: { readonly steps: number };
  /** What gradients are; default nothing is. */
  readonly slopes?: Slopes;
}

/** Products in mixed precision for the plans of a graph, if these kernels have it, and their check on this device. */
export function mixedWith(
  gpu: Gpu,
  kernels: FamilyKernels,
  { plan, start, slopes }: MixedOptions,
): MixedProducts {
  const { family } = kernels;
  const obstacle =
    plan === 'plain'
      ? 'the plain plan has no other'
      : family !== 'tiled'
        ? `kernels of the family ${family} have no other; those of tiled have`
        : start?.steps === Infinity
          ? 'the kernels of the warm start have no other'
          : undefined;
  return new MixedProducts(slopes, obstacle, (mixed) =>
    checkProducts(gpu, mixed, {
      ...kernels,
      adapter: gpu.device.adapterInfo,
      tuning: new Map(gpu.tunings),
    }),
  );
}
