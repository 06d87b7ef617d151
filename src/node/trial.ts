/**
 * Requests an adapter and a device and adds two numbers on it, because some drivers give devices on which nothing
 * runs. It is JavaScript as text, to be sent to pages and to other processes: a function of a `GPU` that returns
 * the adapter's names or null.
 */
export const TRIAL = `async (gpu) => {
  const adapter = (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ??
    (await gpu?.requestAdapter({ featureLevel: 'compatibility' }));
  if (!adapter) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const made = await adapter.requestDevice();
  const code = '@group(0) @binding(0) var<storage, read_write> x: array<u32>;' +
    '@compute @workgroup_size(1) fn main() { x[0] = x[0] + 2u; }';
  const pipeline = await made.createComputePipelineAsync({
    layout: 'auto', compute: { module: made.createShaderModule({ code }), entryPoint: 'main' } });
  const buffer = made.createBuffer({ size: 4, usage: 4 | 8 | 128 });
  const read = made.createBuffer({ size: 4, usage: 1 | 8 });
  made.queue.writeBuffer(buffer, 0, new Uint32Array([40]));
  const encoder = made.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, made.createBindGroup({
    layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer } }] }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(buffer, 0, read, 0, 4);
  made.queue.submit([encoder.finish()]);
  await read.mapAsync(1);
  const [sum] = new Uint32Array(read.getMappedRange());
  made.destroy();
  if (sum !== 42) throw new Error('the device computes wrongly: 40 + 2 = ' + sum);
  return { vendor, architecture, device, description, isFallbackAdapter: isFallbackAdapter === true };
}`;

/** The result of {@link TRIAL}. */
export interface TrialNames {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

/** Names of software adapters, in case `isFallbackAdapter` is missing. */
export const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|basic render|software/i;
