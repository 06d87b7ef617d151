/** three.js draws points that a gradweave network writes: one device, one queue, no copy. */
import { adam, Engine, linear, Sequential, Trainer, tanh } from 'gradweave';
import { color, float, instancedArray, instanceIndex, mix } from 'three/tsl';
import {
  Color,
  PerspectiveCamera,
  Scene,
  Sprite,
  SpriteNodeMaterial,
  WebGPURenderer,
} from 'three/webgpu';

const status = document.querySelector('#status') as HTMLElement;
const canvas = document.querySelector('#scene') as HTMLCanvasElement;

const ALONG = 256;
const AROUND = 24;
const POINTS = ALONG * AROUND;

/** A sample is a point of the sheet: its position along the knot and around it, from 0 to 2π. */
const SHEET = `
  fn sheet(sample: u32) -> vec2f {
    return 6.2831853 * vec2f(f32(sample / ${AROUND}u) / ${ALONG}.0, f32(sample % ${AROUND}u) / ${AROUND}.0);
  }`;

/** The network's inputs: sines and cosines of both positions, so that the sheet's edges meet. */
const INPUTS = `${SHEET}
  fn valueAt(sample: u32, column: u32) -> f32 {
    let at = sheet(sample);
    let angle = f32(column / 4u + 1u) * select(at.x, at.y, column % 4u >= 2u);
    return select(sin(angle), cos(angle), column % 2u == 1u);
  }`;

/** The targets: the point's place on a tube around a trefoil. */
const TARGETS = `${SHEET}
  fn knot(t: f32) -> vec3f {
    return vec3f(sin(t) + 2.0 * sin(2.0 * t), cos(t) - 2.0 * cos(2.0 * t), -sin(3.0 * t)) / 3.0;
  }
  fn valueAt(sample: u32, column: u32) -> f32 {
    let at = sheet(sample);
    let here = knot(at.x);
    let ahead = normalize(knot(at.x + 0.01) - here);
    let side = normalize(cross(ahead, vec3f(0.0, 0.0, 1.0)));
    let point = here + 0.13 * (cos(at.y) * side + sin(at.y) * cross(ahead, side));
    return vec4f(point, 1.0)[min(column, 3u)];
  }`;

async function start(): Promise<void> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('This browser has no WebGPU. Use a current one.');
  const device = await adapter.requestDevice(Engine.requirements(adapter));

  const renderer = new WebGPURenderer({ canvas, device, antialias: true });
  await renderer.init();
  renderer.setSize(canvas.clientWidth, canvas.clientWidth, false);
  renderer.setPixelRatio(devicePixelRatio);
  const positions = instancedArray(POINTS, 'vec4');
  const material = new SpriteNodeMaterial();
  material.positionNode = positions.toAttribute();
  material.scaleNode = float(0.022);
  material.colorNode = mix(color('#4f7cff'), color('#ff8a5c'), instanceIndex.toFloat().div(POINTS));
  const sprites = new Sprite(material);
  sprites.count = POINTS;
  const scene = new Scene();
  scene.background = new Color('#10131c');
  scene.add(sprites);
  const camera = new PerspectiveCamera(40, 1, 0.1, 20);
  renderer.render(scene, camera);
  // The buffer that three.js created for the points.
  const { buffer } = (renderer.backend as unknown as Backend).get(positions.value);

  const engine = Engine.adopt(device);
  const inputs = { wgsl: INPUTS };
  const trainer = await Trainer.create(engine, {
    model: new Sequential([12], [linear(12, 64), tanh(), linear(64, 64), tanh(), linear(64, 4)]),
    dataset: { train: { count: POINTS, inputs, targets: { wgsl: TARGETS } } },
    loss: 'mse',
    optimizer: adam({ learningRate: 3e-3 }),
    batchSize: 512,
  });
  const inference = await trainer.inference({ batch: POINTS, input: inputs });

  renderer.setAnimationLoop((time) => {
    trainer.run({ budget: '4ms' });
    const encoder = device.createCommandEncoder();
    inference.encode(encoder, null, buffer);
    device.queue.submit([encoder.finish()]);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const angle = still ? 0.6 : time / 3000;
    camera.position.set(3 * Math.sin(angle), 1, 3 * Math.cos(angle));
    camera.lookAt(0, 0, 0);
    renderer.render(scene, camera);
  });
  setInterval(async () => {
    const metrics = await trainer.metrics();
    if (metrics) status.textContent = `step ${trainer.step}, loss ${metrics.loss.toFixed(5)}`;
  }, 1000);
}

/** How three.js stores an attribute on the GPU. */
interface Backend {
  get(attribute: unknown): { readonly buffer: GPUBuffer };
}

start().catch((error) => {
  status.textContent = String(error);
});
