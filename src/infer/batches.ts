import { BufferUsage } from '../gpu/constants.ts';
import type { Workspace } from '../gpu/workspace.ts';
import { readBuffer } from '../graph/executor.ts';
import { sizeOf } from '../graph/tensor.ts';
import { answersFor } from './answers.ts';
import type { InferenceOptions } from './inference-options.ts';
import type { FloatSamples } from './samples.ts';

/** The input and output buffer of a batch. */
interface Staged {
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
}

/** Records the forward pass from one buffer to another. */
type Encode = (encoder: GPUCommandEncoder, input: GPUBuffer, output: GPUBuffer) => void;

/** Brings samples to the GPU and outputs back, batch by batch. Concurrent calls take turns. */
export class Batches {
  readonly #workspace: Workspace;
  readonly #options: Pick<InferenceOptions, 'model' | 'batch'>;
  /** Kept after the first call. */
  #staged: Staged | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(workspace: Workspace, options: Pick<InferenceOptions, 'model' | 'batch'>) {
    this.#workspace = workspace;
    this.#options = options;
  }

  /** The outputs for samples, [count, outputs] row by row, after those of earlier calls. */
  run(samples: FloatSamples, encode: Encode): Promise<Float32Array<ArrayBuffer>> {
    const mine = this.#last.then(() => this.#run(samples, encode));
    this.#last = mine.catch(() => {});
    return mine;
  }

  async #run({ count, read }: FloatSamples, encode: Encode): Promise<Float32Array<ArrayBuffer>> {
    const { model, batch } = this.#options;
    const columns = sizeOf(model.inputShape);
    const outputs = sizeOf(model.outputShape);
    const { device } = this.#workspace;
    const result = answersFor(count, outputs);
    if (count === 0) return result;
    const { input, output } = await this.#buffers();
    for (let first = 0; first < count; first += batch) {
      const rows = Math.min(batch, count - first);
      const part = new Float32Array(rows * columns);
      await this.#workspace.lifetime.until(read(first, part));
      this.#workspace.assertAlive();
      device.queue.writeBuffer(input, 0, part);
      const encoder = device.createCommandEncoder();
      encode(encoder, input, output);
      const taken = this.#workspace.submit(encoder);
      const bytes = await readBuffer(this.#workspace, output, 4 * rows * outputs);
      await taken;
      result.set(new Float32Array(bytes), first * outputs);
    }
    return result;
  }

  /** @throws MemoryError if there is no memory for a batch; nothing is kept then. */
  async #buffers(): Promise<Staged> {
    if (this.#staged) return this.#staged;
    const { buffers } = this.#workspace;
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;
    const { model, batch } = this.#options;
    const staged = buffers.allOrNone(() => ({
      input: buffers.allocate('input', 4 * batch * sizeOf(model.inputShape), usage),
      output: buffers.allocate('output', 4 * batch * sizeOf(model.outputShape), usage),
    }));
    try {
      await buffers.settle();
    } catch (error) {
      for (const buffer of Object.values(staged)) buffers.free(buffer);
      throw error;
    }
    this.#staged = staged;
    return staged;
  }

  destroy(): void {
    const kept: GPUBuffer[] = Object.values(this.#staged ?? {});
    for (const buffer of kept) this.#workspace.buffers.free(buffer);
  }
}
