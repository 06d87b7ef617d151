import screenSource from '../../../shaders/page/screen.wgsl';
import type { Engine } from '../../gpu/engine.ts';
import { CanvasCopy } from './canvas-copy.ts';

/** Layout of pictures on a canvas; see shaders/page/screen.wgsl. */
export interface Layout {
  /** Pixels of the canvas. */
  readonly size: readonly [width: number, height: number];
  /** Pictures side by side. Default 0. */
  readonly columns?: number;
  /** Pixels of a picture's side, and of the gap between two. Default 28 and 2. */
  readonly side?: number;
  readonly gap?: number;
  /** Number of pictures. */
  readonly count: number;
  /** Width and height of an image. Default 0. */
  readonly width?: number;
  /** Floats from one row of the shown tensor to the next. Default 0. */
  readonly stride?: number;
  /** Units of the hidden layer, and floats from one of its rows to the next; or input channels. Default 0. */
  readonly units?: number;
  readonly unitStride?: number;
  /** Numbers of a pixel that is shown: 3 for red, green and blue. Default 1. */
  readonly channels?: number;
}

/** Colours of a canvas, red, green, blue from 0 to 1. */
export interface Colours {
  readonly ground: readonly number[];
  readonly negative: readonly number[];
  readonly none: readonly number[];
  readonly positive: readonly number[];
}

/**
 * How pictures get onto a canvas: `present` shows the texture directly; `copy` reads it back.
 *
 * Workaround: if Chromium 156's software adapter has no Vulkan to share textures with its compositor
 * ("Could not find SharedImageBackingFactory"), a WebGPU canvas ends the GPU process and with it every
 * device. So software adapters copy; their pixels are in the CPU's memory anyway. Delete this once such a
 * canvas works or causes an error.
 */
export type Way = 'present' | 'copy';

export const wayFor = ({ adapter }: Engine): Way => (adapter.software ? 'copy' : 'present');

const UNIFORM_BYTES = 112;

/** Draws one kind of picture onto one canvas, from GPU buffers. */
export class Painter {
  readonly #engine: Engine;
  readonly #canvas: OffscreenCanvas;
  readonly #way: Way;
  readonly #module: GPUShaderModule;
  readonly #pipeline: GPURenderPipeline;
  readonly #screen: GPUBuffer;
  #context: GPUCanvasContext | undefined;
  #copy: CanvasCopy | undefined;
  #busy = false;

  private constructor(
    engine: Engine,
    canvas: OffscreenCanvas,
    way: Way,
    module: GPUShaderModule,
    pipeline: GPURenderPipeline,
  ) {
    this.#engine = engine;
    this.#canvas = canvas;
    this.#way = way;
    this.#module = module;
    this.#pipeline = pipeline;
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#screen = engine.buffers.allocate('screen', UNIFORM_BYTES, usage);
  }

  /** @param source a picture's WGSL, with the fragment function `colour` */
  static async create(
    engine: Engine,
    canvas: OffscreenCanvas,
    way: Way,
    source: string,
  ): Promise<Painter> {
    const { device } = engine;
    const format = way === 'present' ? navigator.gpu.getPreferredCanvasFormat() : 'rgba8unorm';
    const module = device.createShaderModule({ code: `${source}\n${screenSource}` });
    const pipeline = await device.createRenderPipelineAsync({
      layout: 'auto',
      vertex: { module, entryPoint: 'corner' },
      fragment: { module, entryPoint: 'colour', targets: [{ format }] },
    });
    return new Painter(engine, canvas, way, module, pipeline);
  }

  /** The picture's module, for its other entry points. */
  get module(): GPUShaderModule {
    return this.#module;
  }

  get screen(): GPUBuffer {
    return this.#screen;
  }

  /** Sets the layout of the pictures and the size of the canvas. */
  arrange(layout: Layout, colours: Colours): void {
    const { size, columns = 0, side = 28, gap = 2, count, width = 0 } = layout;
    const { stride = 0, units = 0, unitStride = 0, channels = 1 } = layout;
    [this.#canvas.width, this.#canvas.height] = size;
    const bytes = new ArrayBuffer(UNIFORM_BYTES);
    const sizes = [columns, side, gap, count, width, stride, units, unitStride, channels];
    new Uint32Array(bytes).set(sizes);
    const { ground, negative, none, positive } = colours;
    const floats = [ground, negative, none, positive].flatMap((colour) => [...colour, 1]);
    new Float32Array(bytes, 48).set(floats);
    this.#engine.device.queue.writeBuffer(this.#screen, 0, bytes);
    this.#prepare();
  }

  #prepare(): void {
    const { device } = this.#engine;
    if (this.#way === 'present') {
      this.#context ??= this.#canvas.getContext('webgpu') ?? undefined;
      const format = navigator.gpu.getPreferredCanvasFormat();
      this.#context?.configure({ device, format, alphaMode: 'opaque' });
      return;
    }
    this.#forget();
    this.#copy = new CanvasCopy(this.#engine, this.#canvas);
  }

  /** The bindings that `colour` uses, from 1 on; 0 is the screen's. */
  bind(
    bindings: readonly (readonly [binding: number, resource: GPUBufferBinding])[],
  ): GPUBindGroup {
    const entries = [[0, { buffer: this.#screen }] as const, ...bindings];
    return this.#engine.device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: entries.map(([binding, resource]) => ({ binding, resource })),
    });
  }

  /**
   * Draws. Does nothing while the previous picture is still in progress.
   *
   * @param before records the computations that come first
   */
  async draw(bindings: GPUBindGroup, before?: (encoder: GPUCommandEncoder) => void): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const { device } = this.#engine;
      const texture = this.#context?.getCurrentTexture() ?? this.#copy?.texture;
      if (!texture) return;
      const encoder = device.createCommandEncoder();
      before?.(encoder);
      const pass = encoder.beginRenderPass({
        colorAttachments: [{ view: texture.createView(), loadOp: 'clear', storeOp: 'store' }],
      });
      pass.setPipeline(this.#pipeline);
      pass.setBindGroup(0, bindings);
      pass.draw(3);
      pass.end();
      const copy = this.#copy;
      copy?.record(encoder);
      device.queue.submit([encoder.finish()]);
      if (copy) await copy.show();
    } finally {
      this.#busy = false;
    }
  }

  #forget(): void {
    this.#copy?.destroy();
    this.#copy = undefined;
  }

  /** Frees its resources. The canvas keeps its last picture. */
  destroy(): void {
    this.#forget();
    this.#context?.unconfigure();
    this.#engine.buffers.free(this.#screen);
  }
}
