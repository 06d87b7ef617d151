/** Work on the GPU that is not training's: what an app draws or computes in a frame. */
const WGSL = `
  override ROUNDS: u32;
  @group(0) @binding(0) var<storage, read_write> x: array<f32>;
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3u) {
    var value = f32(id.x);
    for (var i = 0u; i < ROUNDS; i++) { value = sin(value) + f32(i); }
    x[id.x] = value;
  }`;

/** Invocations of a piece of work. */
const COUNT = 4096;

export interface AppWork {
  /** Submits the work once. */
  submit(): void;
  destroy(): void;
}

/** Makes work of so many rounds of a sine for each of 4096 invocations. */
export function appWork(device: GPUDevice, rounds: number): AppWork {
  const pipeline = device.createComputePipeline({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: WGSL }), constants: { ROUNDS: rounds } },
  });
  const buffer = device.createBuffer({ size: 4 * COUNT, usage: GPUBufferUsage.STORAGE });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  return {
    submit: () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(COUNT / 64);
      pass.end();
      device.queue.submit([encoder.finish()]);
    },
    destroy: () => buffer.destroy(),
  };
}

/** Milliseconds that the work takes by itself, the least of some times. */
export async function lengthOf(device: GPUDevice, work: AppWork): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    await device.queue.onSubmittedWorkDone();
    const begun = performance.now();
    work.submit();
    await device.queue.onSubmittedWorkDone();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}
