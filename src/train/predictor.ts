import type { Field, HostSplit } from '../data/host.ts';
import { StreamedSplit } from '../data/streamed.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { sizeOf } from '../graph/tensor.ts';
import { answersFor } from '../infer/answers.ts';
import { refuseBatchStatistics } from '../infer/refuse-batch.ts';
import { batchFor, type ForwardOptions, forwardSession, outputsOf } from './forward.ts';
import type { Session } from './session.ts';

/** Batch sizes: the smallest one that holds a call's samples, else the largest. */
const BATCHES = [4, 64, 500] as const;

/** A window of one batch over the samples of a call. */
class Slide {
  readonly split: StreamedSplit;
  #samples: HostSplit;
  #first = 0;

  constructor(samples: HostSplit, batch: number) {
    this.#samples = samples;
    const field = (like: Field, at: number): Field => ({
      ...like,
      gather: (indices, into) => {
        const { inputs, others, count } = this.#samples;
        // Rows after the last sample repeat it; their outputs are not read.
        const samples = indices.map((row) => Math.min(this.#first + row, count - 1));
        return [inputs, ...others][at].gather(samples, into);
      },
    });
    const [inputs, ...others] = [samples.inputs, ...samples.others].map(field);
    this.split = new StreamedSplit({ ...samples, count: batch, inputs, others }, 1);
  }

  show(samples: HostSplit, first: number): void {
    this.#samples = samples;
    this.#first = first;
  }
}

interface Window {
  readonly slide: Slide;
  readonly session: Session;
}

/** Predicts with a trainer's parameters. Later calls reuse compiled kernels. */
export class Predictor {
  readonly #gpu: Gpu;
  readonly #options: ForwardOptions;
  readonly #windows = new Map<string, Promise<Window>>();
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #made: Session[] = [];
  /** The largest batch that the device can bind. */
  #most: number | undefined;

  constructor(gpu: Gpu, options: ForwardOptions) {
    this.#gpu = gpu;
    this.#options = options;
  }

  /**
   * The outputs for samples, [count, outputs] row by row. Calls with the same session take turns.
   *
   * @param samples with zeros for labels and targets
   * @param raw whether pixels stay from 0 to 1, without the standardisation of the options
   */
  predict(samples: HostSplit, raw: boolean): Promise<Float32Array<ArrayBuffer>> {
    const wanted = BATCHES.find((size) => size >= samples.count) ?? BATCHES[BATCHES.length - 1];
    this.#most ??= batchFor(this.#gpu, this.#options, BATCHES[BATCHES.length - 1]);
    const batch = Math.min(wanted, this.#most);
    const key = `${batch} ${raw}`;
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.then(async () => {
      const window = await this.#window(key, samples, batch, raw);
      return this.#run(window, samples, batch);
    });
    this.#turns.set(
      key,
      turn.catch(() => {}),
    );
    return turn;
  }

  #window(key: string, samples: HostSplit, batch: number, raw: boolean): Promise<Window> {
    let window = this.#windows.get(key);
    if (!window) {
      window = this.#make(samples, batch, raw);
      this.#windows.set(key, window);
      window.catch(() => this.#windows.delete(key));
    }
    return window;
  }

  async #make(samples: HostSplit, batch: number, raw: boolean): Promise<Window> {
    const slide = new Slide(samples, batch);
    const { network } = this.#options;
    const options = raw
      ? { ...this.#options, network: { ...network, normalize: null } }
      : this.#options;
    const session = await forwardSession(this.#gpu, options, slide.split, 'outputs', batch);
    try {
      refuseBatchStatistics('predict()', session.graph.targets);
    } catch (error) {
      session.destroy();
      throw error;
    }
    this.#made.push(session);
    session.seek(0);
    return { slide, session };
  }

  async #run(
    { slide, session }: Window,
    samples: HostSplit,
    batch: number,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { count } = samples;
    const outputs = sizeOf(this.#options.network.model.outputShape);
    const result = answersFor(count, outputs);
    for (let first = 0; first < count; first += batch) {
      slide.show(samples, first);
      const rows = Math.min(batch, count - first);
      result.set(await outputsOf(this.#gpu, session, rows), first * outputs);
    }
    return result;
  }

  destroy(): void {
    for (const session of this.#made) session.destroy();
    this.#windows.clear();
  }
}
