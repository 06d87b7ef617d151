/**
 * An app with its own device and frame loop. Each frame trains for a few milliseconds, computes the colour of
 * every pixel with the network, and draws it: all on the GPU, in one queue.
 */
import { adam, Engine, linear, relu, Sequential, sigmoid, Trainer } from 'gradweave';
import { picture } from './picture.ts';

const options = new URLSearchParams(location.search);
const SIZE = Number(options.get('size') ?? 192);
const FEATURES = 64;

const status = document.querySelector('#status') as HTMLElement;
const canvas = document.querySelector('#painting') as HTMLCanvasElement;

/** The network sees a pixel as sines of its coordinates (Tancik et al. 2020, "Fourier features"). */
const INPUTS = `
  @group(0) @binding(0) var<storage, read> frequencies: array<vec2f>;
  fn valueAt(sample: u32, column: u32) -> f32 {
    let at = vec2f(f32(sample % ${SIZE}u), f32(sample / ${SIZE}u)) / ${SIZE}.0;
    let angle = dot(frequencies[min(column, ${FEATURES - 1}u) / 2u], at);
    return select(sin(angle), cos(angle), column % 2u == 1u);
  }`;

const SCREEN = `
  @group(0) @binding(0) var<storage, read> colours: array<f32>;
  @vertex fn corner(@builtin(vertex_index) i: u32) -> @builtin(position) vec4f {
    return vec4f(f32(i % 2u) * 4.0 - 1.0, f32(i / 2u) * 4.0 - 1.0, 0.0, 1.0);
  }
  @fragment fn colour(@builtin(position) at: vec4f) -> @location(0) vec4f {
    let i = 3u * (u32(at.y) * ${SIZE}u + u32(at.x));
    return vec4f(colours[i], colours[i + 1u], colours[i + 2u], 1.0);
  }`;

/** Normally distributed numbers (Box and Muller 1958). */
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(6.2832 * Math.random());

async function start(): Promise<void> {
  // The app's own device, with the features that the engine can use.
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('This browser has no WebGPU. Use a current one.');
  const device = await adapter.requestDevice(Engine.requirements(adapter));
  const engine = Engine.adopt(device);

  const upload = (values: Float32Array<ArrayBuffer>): GPUBuffer => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: values.byteLength, usage });
    device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  };
  const targets = upload(picture(document.querySelector('#target') as HTMLCanvasElement, SIZE));
  const frequencies = upload(Float32Array.from({ length: FEATURES }, () => 12 * normal()));
  const inputs = { wgsl: INPUTS, bindings: { frequencies } };

  const trainer = await Trainer.create(engine, {
    model: new Sequential(
      [FEATURES],
      [linear(FEATURES, 64), relu(), linear(64, 64), relu(), linear(64, 3), sigmoid()],
    ),
    dataset: { train: { count: SIZE * SIZE, inputs, targets } },
    loss: 'mse',
    optimizer: adam({ learningRate: 4e-3 }),
    batchSize: 1024,
  });
  // Shares the trainer's weights: it sees each step before it in the queue.
  const inference = await trainer.inference({ batch: SIZE * SIZE, input: inputs });
  const colours = upload(new Float32Array(3 * SIZE * SIZE));

  canvas.width = SIZE;
  canvas.height = SIZE;
  const context = canvas.getContext('webgpu');
  if (!context) throw new Error('This browser provides no WebGPU canvas.');
  const format = navigator.gpu.getPreferredCanvasFormat();
  context.configure({ device, format });
  const module = device.createShaderModule({ code: SCREEN });
  const pipeline = device.createRenderPipeline({
    layout: 'auto',
    vertex: { module },
    fragment: { module, targets: [{ format }] },
  });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: colours } }],
  });

  const frame = (): void => {
    trainer.run({ budget: '8ms' });
    const encoder = device.createCommandEncoder();
    inference.encode(encoder, null, colours);
    const view = context.getCurrentTexture().createView();
    const pass = encoder.beginRenderPass({
      colorAttachments: [{ view, loadOp: 'clear', storeOp: 'store' }],
    });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.draw(3);
    pass.end();
    device.queue.submit([encoder.finish()]);
    requestAnimationFrame(frame);
  };
  frame();
  setInterval(async () => {
    const metrics = await trainer.metrics();
    if (metrics) status.textContent = `step ${trainer.step}, loss ${metrics.loss.toFixed(5)}`;
  }, 1000);
}

start().catch((error) => {
  status.textContent = String(error);
});
