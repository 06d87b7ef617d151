import { OptionError } from '../errors.ts';

/**
 * A family of kernels.
 *
 * - `discrete`: blocks go through workgroup memory, tiles are small, and a training step takes three
 *   dispatches and the tick. For real GPUs, where threads are many and a dispatch costs microseconds.
 * - `portable`: register tiles; no subgroups, no workgroup memory, default limits. Right everywhere.
 * - `quad`: blocks go round the four lanes of a subgroup instead of being loaded four times. For
 *   adapters with subgroups of exactly four, where loads are dear: SwiftShader.
 */
export type KernelFamily = (typeof FAMILIES)[number];

export const FAMILIES = ['portable', 'quad', 'discrete'] as const;

/** What the discrete kernels ask of a device: no more than WebGPU's default limits. */
export const DISCRETE_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
} as const;

/**
 * The families that a device can run, the one that suits it first; `portable` is always among them.
 * On software `discrete` is the last: a barrier makes it switch between invocations.
 */
export function familiesOf(device: GPUDevice): readonly KernelFamily[] {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  const fours = subgroupMinSize === 4 && subgroupMaxSize === 4;
  const quad: KernelFamily[] = device.features.has('subgroups') && fours ? ['quad'] : [];
  const discrete: KernelFamily[] = suitsDiscrete(device.limits) ? ['discrete'] : [];
  return isSoftware(device.adapterInfo)
    ? [...quad, 'portable', ...discrete]
    : [...discrete, ...quad, 'portable'];
}

/**
 * The family that was asked for, or the one that suits the device.
 *
 * @throws OptionError where the device cannot run it.
 */
export function familyOf(
  families: readonly KernelFamily[],
  asked: KernelFamily | undefined,
): KernelFamily {
  const family = asked ?? families[0];
  if (families.includes(family)) return family;
  throw new OptionError(`family ${family} was given; this device can run ${families.join(', ')}`);
}

/** Compatibility-mode devices may have less than WebGPU's defaults. */
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
