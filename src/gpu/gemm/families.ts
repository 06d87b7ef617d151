import type { KernelFamily } from '../family.ts';
import type { FamilyKernels } from './body.ts';

/** Loads the kernels of a family. Bundlers put each family into files that other devices do not load. */
export async function kernelsOf(family: KernelFamily): Promise<FamilyKernels> {
  if (family === 'tiled') {
    const { tiledKernels } = await import('./tiled.ts');
    return tiledKernels;
  }
  if (family === 'quad') {
    const { quadKernels } = await import('./quad.ts');
    return quadKernels;
  }
  const { portableKernels } = await import('./portable.ts');
  return portableKernels;
}

/** Begins to load a family's kernels. Whoever needs them waits for them, and gets the error if that fails. */
export function preload(family: KernelFamily): void {
  kernelsOf(family).catch(() => {});
}
