import { type Family, loadFamily } from '../../src/fusion/index.ts';
import { FAMILIES, type KernelFamily } from '../../src/gpu/family.ts';

const loaded = new Map<KernelFamily, Family>();
for (const family of FAMILIES) loaded.set(family, await loadFamily('fused', family));

/** A family of kernels, which engines load when they need it. */
export function familyNamed(name: KernelFamily): Family {
  const family = loaded.get(name);
  if (!family) throw new Error(`${name} is not a family`);
  return family;
}
