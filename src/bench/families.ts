import type { Engine } from '../gpu/engine.ts';
import type { KernelFamily } from '../gpu/family.ts';

/**
 * The families worth measuring on an adapter: all that it can run, but the tiled one only on GPUs. On
 * software adapters each barrier switches between invocations, and a step takes 20 times as long as with the
 * portable kernels.
 */
export function familiesToRace({
  families,
  adapter,
}: Pick<Engine, 'families' | 'adapter'>): readonly KernelFamily[] {
  return families.filter((family) => family !== 'tiled' || !adapter.software);
}
