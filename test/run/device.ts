import type { KernelFamily, OldKernelFamily } from '../../src/gpu/family.ts';

/**
 * Which device the tests in Chrome get: `--device` of scripts/test.mjs, which the bundle of a page has.
 * With fewer features than the adapter has, like adapters of other computers.
 */
export const DEVICES = ['all', 'no-timestamps', 'no-subgroups', 'bare', 'compat'] as const;

export type DeviceChoice = (typeof DEVICES)[number];

/** What was chosen. */
export const DEVICE = (process.env.GRADWEAVE_DEVICE || 'all') as DeviceChoice;

/** Features that an adapter of each choice does not have. */
const HIDDEN: Readonly<Record<DeviceChoice, readonly string[] | 'every'>> = {
  all: [],
  'no-timestamps': ['timestamp-query'],
  'no-subgroups': ['subgroups', 'subgroup-size-control'],
  bare: 'every',
  compat: 'every',
};

/** Whether tests get devices with this feature, if the adapter has it. */
export const given = (feature: GPUFeatureName): boolean => {
  const hidden = HIDDEN[DEVICE];
  return hidden !== 'every' && !hidden.includes(feature);
};

/** Whether such a device can run a family of kernels, on an adapter that has all; see `familiesOf`. */
export const runs = (family: KernelFamily | OldKernelFamily): boolean =>
  family === 'portable' || (family === 'quad' ? given('subgroups') : DEVICE !== 'compat');

const limited = Symbol.for('gradweave.limited');

/**
 * Hides features of every adapter, and requests adapters in compatibility mode if that is chosen: WebGPU on
 * OpenGL ES, with workgroups of 128 invocations.
 */
export function limitDevices(): void {
  // A page runs several files.
  if (DEVICE === 'all' || limited in globalThis) return;
  Object.defineProperty(globalThis, limited, {});
  const features = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'features');
  Object.defineProperty(GPUAdapter.prototype, 'features', {
    get(this: GPUAdapter): ReadonlySet<string> {
      const all: Iterable<GPUFeatureName> = features?.get?.call(this) ?? [];
      return new Set([...all].filter(given));
    },
  });
  if (DEVICE !== 'compat') return;
  const { requestAdapter } = GPU.prototype;
  GPU.prototype.requestAdapter = function (options) {
    return requestAdapter.call(this, { ...options, featureLevel: 'compatibility' });
  };
}
