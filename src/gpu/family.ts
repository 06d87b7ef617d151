import { checkChoice } from '../check.ts';
import { OptionError } from '../errors.ts';

/**
 * A family of kernels.
 *
 * - `tiled`: shares blocks in workgroup memory, with small tiles; a training step of a
 *   perceptron takes three dispatches. For GPUs, which have many threads, and where a dispatch costs microseconds.
 * - `portable`: register tiles, without subgroups or workgroup memory, within default limits. Works everywhere.
 * - `quad`: passes blocks among the four lanes of a subgroup instead of loading them four times. For adapters
 *   with subgroups of exactly four and expensive loads: SwiftShader.
 */
export type KernelFamily = (typeof FAMILIES)[number];

export const FAMILIES = ['portable', 'quad', 'tiled'] as const;

/**
 * The name of the family `tiled` before.
 *
 * @deprecated Use `tiled`. This name is accepted for one more release.
 */
export type OldKernelFamily = 'discrete';

/** A family by its name now. */
export const familyNow = (name: KernelFamily | OldKernelFamily): KernelFamily =>
  name === 'discrete' ? 'tiled' : name;

/**
 * Checks the name of a family, and warns of the old one.
 *
 * @param what the name of the option, for messages
 * @throws OptionError if there is no such family
 */
export function checkFamily(what: string, given: unknown): KernelFamily {
  if (given === 'discrete') {
    console.warn(`gradweave: the ${what} 'discrete' is called 'tiled' now`);
    return 'tiled';
  }
  checkChoice(what, given, FAMILIES);
  return given as KernelFamily;
}

/** The limits that the tiled kernels need: not above WebGPU's defaults. */
export const TILED_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
} as const;

/** What a device can do. */
export interface Capabilities {
  /** Some browsers have none, or leave fields out. */
  readonly adapterInfo?: Partial<GPUAdapterInfo> | undefined;
  readonly features: { has(feature: string): boolean };
  readonly limits: GPUSupportedLimits;
}

/**
 * The families that a device can run, the most suitable first. `portable` is always included. On a software
 * adapter `tiled` is last: barriers are slow there, since each makes it switch between invocations.
 */
export function familiesOf(device: Capabilities): readonly KernelFamily[] {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo ?? {};
  const fours = subgroupMinSize === 4 && subgroupMaxSize === 4;
  const quad: KernelFamily[] = device.features.has('subgroups') && fours ? ['quad'] : [];
  const tiled: KernelFamily[] = suitsTiled(device.limits) ? ['tiled'] : [];
  return isSoftware(device.adapterInfo)
    ? [...quad, 'portable', ...tiled]
    : [...tiled, ...quad, 'portable'];
}

/**
 * The requested family, or the most suitable one.
 *
 * @throws OptionError if the device cannot run it
 */
export function familyOf(
  families: readonly KernelFamily[],
  asked: KernelFamily | OldKernelFamily | undefined,
): KernelFamily {
  const family = asked === undefined ? families[0] : familyNow(asked);
  if (families.includes(family)) return family;
  throw new OptionError(`family ${family} was given; this device can run ${families.join(', ')}`);
}

/** Devices in compatibility mode may have lower limits than WebGPU's defaults. */
function suitsTiled(limits: GPUSupportedLimits): boolean {
  return (Object.keys(TILED_LIMITS) as (keyof typeof TILED_LIMITS)[]).every(
    (name) => limits[name] >= TILED_LIMITS[name],
  );
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

/**
 * Whether an adapter runs on the CPU: WebGPU's fallback adapter, or a known driver's name. Such adapters have loads that
 * cost much more than arithmetic.
 */
export function isSoftware(info: Partial<GPUAdapterInfo> = {}): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(' ');
  return info.isFallbackAdapter === true || SOFTWARE.test(names);
}
