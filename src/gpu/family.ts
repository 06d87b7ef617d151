/**
 * A family of kernels.
 *
 * - `portable`: register tiles; no subgroups, no workgroup memory, default limits. Right everywhere.
 * - `quad`: blocks go round the four lanes of a subgroup instead of being loaded four times. For
 *   adapters with subgroups of exactly four, where loads are dear: SwiftShader.
 */
export const FAMILIES = ['portable', 'quad'] as const;
export type KernelFamily = (typeof FAMILIES)[number];

/** The families that a device can run, the one that suits it first; `portable` is always among them. */
export function familiesOf(device: GPUDevice): readonly KernelFamily[] {
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  const fours = subgroupMinSize === 4 && subgroupMaxSize === 4;
  return device.features.has('subgroups') && fours ? ['quad', 'portable'] : ['portable'];
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

/** Whether an adapter runs on the CPU: WebGPU's fallback adapter, or a known driver's name. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(' ');
  const fallback = 'isFallbackAdapter' in info && info.isFallbackAdapter === true;
  return fallback || SOFTWARE.test(names);
}
