import { OptionError } from '../errors.ts';

/**
 * A family of kernels.
 *
 * - `discrete`: shares blocks in workgroup memory, with small tiles; a training step takes three dispatches and
 *   the tick. For GPUs, which have many threads, and where a dispatch costs microseconds.
 * - `portable`: register tiles, without subgroups or workgroup memory, within default limits. Works everywhere.
 * - `quad`: passes blocks among the four lanes of a subgroup instead of loading them four times. For adapters
 *   with subgroups of exactly four and expensive loads: SwiftShader.
 */
export type KernelFamily = (typeof FAMILIES)[number];

export const FAMILIES = ['portable', 'quad', 'discrete'] as const;

/** The limits that the discrete kernels need: not above WebGPU's defaults. */
export const DISCRETE_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
} as const;

/** What a device can do. */
export interface Capabilities {
  readonly adapterInfo: GPUAdapterInfo;
  readonly features: GPUSupportedFeatures;
  readonly limits: GPUSupportedLimits;
}

/**
 * The families that a device can run, the most suitable first. `portable` is always included. On a software
 * adapter `discrete` is last: barriers are slow there, since each makes it switch between invocations.
 */
export function familiesOf(device: Capabilities): readonly KernelFamily[] {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  const fours = subgroupMinSize === 4 && subgroupMaxSize === 4;
  const quad: KernelFamily[] = device.features.has('subgroups') && fours ? ['quad'] : [];
  const discrete: KernelFamily[] = suitsDiscrete(device.limits) ? ['discrete'] : [];
  return isSoftware(device.adapterInfo)
    ? [...quad, 'portable', ...discrete]
    : [...discrete, ...quad, 'portable'];
}

/**
 * The requested family, or the most suitable one.
 *
 * @throws OptionError if the device cannot run it
 */
export function familyOf(
  families: readonly KernelFamily[],
  asked: KernelFamily | undefined,
): KernelFamily {
  const family = asked ?? families[0];
  if (families.includes(family)) return family;
  throw new OptionError(`family ${family} was given; this device can run ${families.join(', ')}`);
}

/** Devices in compatibility mode may have lower limits than WebGPU's defaults. */
function suitsDiscrete(limits: GPUSupportedLimits): boolean {
  return (Object.keys(DISCRETE_LIMITS) as (keyof typeof DISCRETE_LIMITS)[]).every(
    (name) => limits[name] >= DISCRETE_LIMITS[name],
  );
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

/** Whether an adapter runs on the CPU: WebGPU's fallback adapter, or a known driver's name. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(' ');
  const fallback = 'isFallbackAdapter' in info && info.isFallbackAdapter === true;
  return fallback || SOFTWARE.test(names);
}
