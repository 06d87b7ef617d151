import type { Engine } from '../../gpu/engine.ts';

/** Puts pictures onto a canvas that WebGPU cannot present: reads them back, and draws their pixels in 2D. See `Way`. */
export class CanvasCopy {
  readonly #engine: Engine;
  readonly #canvas: OffscreenCanvas;
  /** Bytes of a row of pixels as they are read back: a multiple of 256. */
  readonly #rowBytes: number;
  readonly #staging: GPUBuffer;
  /** Where the picture is rendered: rgba8unorm, of the canvas's size. */
  readonly texture: GPUTexture;

  /** @param canvas stays of its size as long as this copies to it */
  constructor(engine: Engine, canvas: OffscreenCanvas) {
    const { width, height } = canvas;
    this.#engine = engine;
    this.#canvas = canvas;
    this.#rowBytes = Math.ceil((4 * width) / 256) * 256;
    this.texture = engine.device.createTexture({
      size: [width, height],
      format: 'rgba8unorm',
      usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
    });
    this.#staging = engine.buffers.allocate(
      'canvas',
      this.#rowBytes * height,
      GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    );
  }

  /** Records that the picture is read back. */
  record(encoder: GPUCommandEncoder): void {
    const { texture } = this;
    const { width, height } = this.#canvas;
    const to = { buffer: this.#staging, bytesPerRow: this.#rowBytes };
    encoder.copyTextureToBuffer({ texture }, to, [width, height]);
  }

  /** Shows the picture that was recorded, once the GPU has it. */
  async show(): Promise<void> {
    const staging = this.#staging;
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      // It was destroyed meanwhile: the next picture is of another size or colour, or the device is lost, which the run tells.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      throw error;
    }
    const { width, height } = this.#canvas;
    const rowBytes = this.#rowBytes;
    const picture = new ImageData(width, height);
    const from = new Uint8Array(staging.getMappedRange());
    for (let row = 0; row < height; row++) {
      picture.data.set(from.subarray(row * rowBytes, row * rowBytes + 4 * width), row * 4 * width);
    }
    staging.unmap();
    this.#canvas.getContext('2d')?.putImageData(picture, 0, 0);
  }

  destroy(): void {
    this.texture.destroy();
    this.#engine.buffers.free(this.#staging);
  }
}
