import { BufferUsage } from '../gpu/constants.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { nextTokens, TOKENS, type Windows, windowFeatures } from '../ops/tokens.ts';
import type { GivenSources } from './given.ts';
import type { TokenSplit } from './token-split.ts';

/** Tokens on the GPU, whose windows are the samples. */
export class ResidentTokens {
  readonly count: number;
  /** Tokens of a sample. */
  readonly columns: number;
  readonly sources: GivenSources;
  /** Buffers that kernels bind, by name. */
  readonly named: Readonly<Record<string, GPUBuffer>>;
  readonly #gpu: Gpu;

  constructor(gpu: Gpu, { tokens, length, stride = 1 }: TokenSplit, count: number) {
    const bits = (8 * tokens.BYTES_PER_ELEMENT) as Windows['bits'];
    const windows = { bits, length, stride };
    this.#gpu = gpu;
    this.count = count;
    this.columns = length;
    this.sources = {
      inputs: windowFeatures(windows),
      targets: undefined,
      labels: nextTokens(windows),
      weighted: false,
    };
    // Words of 4 bytes.
    const bytes = new Uint8Array(4 * Math.ceil(tokens.byteLength / 4));
    bytes.set(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength));
    const usage = BufferUsage.STORAGE | BufferUsage.COPY_DST;
    this.named = { [TOKENS]: gpu.buffers.allocate(TOKENS, bytes.byteLength, usage, bytes) };
  }

  destroy(): void {
    for (const buffer of Object.values(this.named)) this.#gpu.buffers.free(buffer);
  }
}
