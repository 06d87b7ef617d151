import type { PlacedSplit } from '../data/place.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { fromStorage, sizeOf, storageOf } from '../graph/tensor.ts';
import { ignoredOf } from '../nn/losses.ts';
import { rowsOf } from '../nn/model.ts';
import { batchFor, countable, type ForwardOptions, forwardSession, outputsOf } from './forward.ts';
import type { Metrics } from './history.ts';
import { runSteps } from './loop.ts';
import { type Answers, type Measurable, type Metric, needAnswers } from './metrics.ts';
import { meansOf } from './records.ts';
import type { Session } from './session.ts';
import { confusionOf, epochSums } from './tally.ts';

/** The result of a pass over a split. */
export interface Evaluation extends Metrics {
  /** Counts [class][predicted]; null without classes, or if they do not fit one binding of the device. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** The values of each class or output by metric; absent if no metrics were requested. */
  readonly each?: Readonly<Record<string, readonly number[]>>;
}

/** The part of an evaluation that an epoch's record has. */
export const recordOf = ({ loss, accuracy, metrics }: Evaluation): Metrics => ({
  loss,
  accuracy,
  ...(metrics ? { metrics } : {}),
});

/** Samples per batch: enough rows to fill a large GPU, with little memory. */
const BATCH = 500;

/** The answers of the samples whose class is not ignored. */
function countedOf({ outputs, truth, width }: Answers, ignored: number): Answers {
  const counts = (_: number, at: number): boolean => truth[Math.floor(at / width)] !== ignored;
  return {
    outputs: outputs.filter(counts),
    truth: truth.filter((label) => label !== ignored),
    width,
  };
}

/** Evaluates with a trainer's parameters. Later calls reuse compiled kernels. */
export class Evaluator {
  readonly #engine: Gpu;
  readonly #options: ForwardOptions;
  readonly #sessions = new Map<PlacedSplit, Promise<Session>>();
  readonly #answering = new Map<PlacedSplit, Promise<Session>>();
  readonly #made: Session[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Gpu, options: ForwardOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  #session(split: PlacedSplit, kept: 'sums' | 'answers'): Promise<Session> {
    const sessions = kept === 'sums' ? this.#sessions : this.#answering;
    let session = sessions.get(split);
    if (!session) {
      const batch = batchFor(this.#engine, this.#options, Math.min(BATCH, split.count));
      const making = forwardSession(this.#engine, this.#options, split, kept, batch);
      session = making.then((made) => {
        this.#made.push(made);
        return made;
      });
      sessions.set(split, session);
      session.catch(() => sessions.delete(split));
    }
    return session;
  }

  /**
   * One pass over a split, and another one if metrics need all outputs. Concurrent passes share a clock, so they
   * take turns.
   *
   * @returns computes the metrics, without reading weights; `until` waits for the caller's metrics
   */
  async evaluate(
    split: PlacedSplit,
    wanted: readonly Metric[] | undefined,
  ): Promise<(until: Measurable['until']) => Promise<Evaluation>> {
    const pass = this.#last.then(async () => {
      const found = await this.#evaluate(split);
      const needed = needAnswers(wanted ?? [], found);
      return { found, answers: needed ? await this.#answers(split) : undefined };
    });
    this.#last = pass.catch(() => {});
    const { found, answers } = await pass;
    if (!wanted) return async () => found;
    const { confusion } = found;
    const { network, loss } = this.#options;
    const measurable = { loss, target: network.target, confusion, answers };
    return async (until) => {
      const { measure } = await import('./later.ts');
      return { ...found, ...(await measure(wanted, { ...measurable, until })) };
    };
  }

  /** All outputs for a split, and the truth. */
  async #answers(split: PlacedSplit): Promise<Answers> {
    const session = await this.#session(split, 'answers');
    const [truth, outputs] = session.graph.keep.slice(-2);
    const [batch] = outputs.spec.shape;
    const { rows: inBatch, columns: width } = storageOf(outputs.spec);
    // Rows of a sample: its positions.
    const each = inBatch / batch;
    const classes = truth.spec.dtype === 'u32';
    session.seek(0);
    // A live set may grow meanwhile.
    const { count } = split;
    const all = {
      outputs: new Float32Array(count * each * width),
      truth: classes ? new Uint32Array(count * each) : new Float32Array(count * width),
      width,
    };
    for (let first = 0; first < count; first += batch) {
      const rows = Math.min(batch, count - first);
      all.outputs.set(await outputsOf(this.#engine, session, rows), first * each * width);
      const stored = await session.read(truth);
      const values = new Float32Array(sizeOf(outputs.spec.shape));
      const should = classes
        ? new Uint32Array(stored.buffer).subarray(0, rows * each)
        : fromStorage(outputs.spec, stored, values).subarray(0, rows * width);
      all.truth.set(should, first * (classes ? each : width));
    }
    const ignored = ignoredOf(this.#options.loss);
    return ignored === undefined || !classes ? all : countedOf(all, ignored);
  }

  async #evaluate(split: PlacedSplit): Promise<Evaluation> {
    const session = await this.#session(split, 'sums');
    session.seek(0);
    await runSteps(this.#engine, session, 0, session.stepsPerEpoch, { chunk: 'auto' });
    const { target, model } = this.#options.network;
    const means = meansOf(await epochSums(session, 0), target);
    const { width: n } = rowsOf(model, target);
    if (target !== 'label' || !countable(this.#engine, n)) return { ...means, confusion: null };
    const flat = await confusionOf(session);
    const rows = Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)]);
    return { ...means, confusion: rows };
  }

  /** Drops the sessions of a split that has more samples than before. None of them may be in use. */
  forget(split: PlacedSplit): void {
    for (const sessions of [this.#sessions, this.#answering]) {
      const session = sessions.get(split);
      sessions.delete(split);
      session?.then(
        (made) => made.destroy(),
        () => {},
      );
    }
  }

  destroy(): void {
    for (const session of this.#made) session.destroy();
    this.#sessions.clear();
    this.#answering.clear();
  }
}
