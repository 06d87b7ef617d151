import { MemoryError } from '../errors.ts';
import { type Family, type PlanKind, plan } from '../fusion/index.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Plan } from '../graph/plan.ts';
import { storageOf } from '../graph/tensor.ts';
import { EPOCH_RING, RECORD_BYTES, STEP_RING } from '../train/records.ts';
import { mostBytesOf, strideFor } from './located.ts';
import type { Variant } from './program.ts';
import { tuningFor } from './tuning.ts';

/**
 * Plans each variant as for one network.
 *
 * @throws MemoryError if a tensor of all networks is too large for one binding, with the most networks that fit
 */
export function plansOf(
  gpu: Gpu,
  variants: readonly Pick<Variant, 'targets' | 'keep'>[],
  {
    plan: kind,
    family,
    networks,
  }: { readonly plan: PlanKind; readonly family: Family; readonly networks: number },
): readonly Plan[] {
  const { device, quick } = gpu;
  const tuning = tuningFor(gpu, networks);
  const plans = variants.map(({ targets, keep }) =>
    plan(kind, targets, keep, { device, family }, { tuning, quick }),
  );
  checkLimits(gpu, plans[0], networks);
  return plans;
}

/** Bytes of one network that a plan binds at once, at most. */
function largestBinding({ dispatches }: Plan): { readonly name: string; readonly bytes: number } {
  let largest = { name: '', bytes: 0 };
  const note = (name: string, bytes: number): void => {
    if (bytes > largest.bytes) largest = { name, bytes };
  };
  for (const { parts } of dispatches) {
    for (const ref of parts.flatMap(({ bindings }) => Object.values(bindings))) {
      if (ref.kind === 'program') continue;
      const nodes =
        ref.kind === 'tensor'
          ? [ref.node]
          : ref.kind === 'packed'
            ? ref.nodes
            : ref.first.graph.nodes
                .slice(ref.first.id, ref.last.id + 1)
                .filter(({ op }) => op.residence === 'external');
      const bytes = nodes.reduce((sum, { spec }) => sum + strideFor(storageOf(spec).bytes), 0);
      note(nodes[0].name, bytes);
    }
  }
  return largest;
}

/** @throws MemoryError with the most networks that fit */
function checkLimits(gpu: Gpu, planned: Plan, networks: number): void {
  const records = { name: 'the sums of steps', bytes: (STEP_RING + EPOCH_RING) * RECORD_BYTES };
  const bound = largestBinding(planned);
  const { name, bytes } = bound.bytes > records.bytes ? bound : records;
  if (bytes <= mostBytesOf(gpu, networks)) return;
  let fits = networks;
  while (fits > 0 && bytes > mostBytesOf(gpu, fits)) fits--;
  throw new MemoryError(
    `${networks} networks need ${networks * bytes} bytes for ${name} in one binding; this device allows ${mostBytesOf(gpu, 1)}, enough for ${fits}. Train at most ${fits} together, use a smaller batch, or raise the engine's limits { maxStorageBufferBindingSize, maxBufferSize } if the adapter allows`,
  );
}
