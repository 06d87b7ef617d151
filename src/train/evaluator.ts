import { type HostSplit, paddedBytes } from '../data/host.ts';
import type { PlacedSplit } from '../data/place.ts';
import { mostResidentBytes } from '../data/resident.ts';
import { StreamedSplit } from '../data/streamed.ts';
import type { PlanKind } from '../fusion/index.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { ParameterStore } from '../graph/store.ts';
import { fromStorage } from '../graph/tensor.ts';
import type { LossKind } from '../nn/losses.ts';
import { confusion } from '../ops/classify.ts';
import type { Metrics } from './history.ts';
import { runSteps } from './loop.ts';
import { type Answers, type Measurable, type Metric, measure, needAnswers } from './metrics.ts';
import { type ModelOptions, networkGraph } from './network.ts';
import { Session } from './session.ts';

/** What a pass over a split gives. */
export interface Evaluation extends Metrics {
  /** [class][predicted] counts; null without classes. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** By the name of a metric the values of each class, or of each output; absent if none was asked for. */
  readonly each?: Readonly<Record<string, readonly number[]>>;
}

/** What of an evaluation stands in an epoch's record. */
export const recordOf = ({ loss, accuracy, metrics }: Evaluation): Metrics => ({
  loss,
  accuracy,
  ...(metrics ? { metrics } : {}),
});

/** Samples a batch: enough rows to fill a large GPU, little memory. */
const BATCH = 500;

/** What of a batch is in memory behind a step. */
type Kept = 'sums' | 'outputs' | 'answers';

/** Evaluates and predicts with a trainer's parameters; what it compiles is kept for the next time. */
export class Evaluator {
  readonly #engine: Gpu;
  readonly #network: ModelOptions;
  readonly #loss: LossKind;
  readonly #plan: PlanKind;
  readonly #store: ParameterStore;
  readonly #sessions = new Map<PlacedSplit, Promise<Session>>();
  readonly #answering = new Map<PlacedSplit, Promise<Session>>();
  readonly #made: Session[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    engine: Gpu,
    network: ModelOptions,
    loss: LossKind,
    plan: PlanKind,
    store: ParameterStore,
  ) {
    this.#engine = engine;
    this.#network = network;
    this.#loss = loss;
    this.#plan = plan;
    this.#store = store;
  }

  #session(split: PlacedSplit, keep: Kept): Promise<Session> {
    const sessions = keep === 'sums' ? this.#sessions : this.#answering;
    let session = sessions.get(split);
    if (!session) {
      session = this.#create(split, keep).then((made) => {
        this.#made.push(made);
        return made;
      });
      sessions.set(split, session);
      session.catch(() => sessions.delete(split));
    }
    return session;
  }

  #create(split: PlacedSplit, kept: Kept): Promise<Session> {
    const { model, target } = this.#network;
    const bytes = 4 * paddedBytes(split.columns);
    const binding = Math.floor(mostResidentBytes(this.#engine) / bytes);
    // As many rows as a binding holds as floats; a row's outputs are the same bits in any batch.
    const batch = Math.max(1, Math.min(BATCH, split.count, binding));
    return Session.create(this.#engine, {
      plan: this.#plan,
      build: (graph) => {
        const { sources } = split;
        const network = networkGraph(graph, this.#network, this.#loss, batch, false, sources);
        const { rows, hits, labels, outputs, truth } = network;
        const counts = kept === 'sums' && labels ? [confusion(outputs, labels)] : [];
        const ends = { sums: [], outputs: [outputs], answers: [truth, outputs] };
        const keep = [rows, ...(hits ? [hits] : []), ...ends[kept]];
        return { rows, hits, targets: [...keep, ...counts], keep };
      },
      store: this.#store,
      split,
      batch,
      key: [0, 0],
      order: { kind: 'sequential' },
      ...(target === 'label' ? { classes: model.outputs } : {}),
    });
  }

  /**
   * One pass over a split, and another one if metrics need all outputs. Passes that are asked for at once
   * share a clock: they take turns.
   *
   * @param until waits for a metric of the caller's
   */
  async evaluate(
    split: PlacedSplit,
    wanted: readonly Metric[] | undefined,
    until: Measurable['until'],
  ): Promise<Evaluation> {
    const pass = this.#last.then(async () => {
      const found = await this.#evaluate(split);
      const needed = needAnswers(wanted ?? [], found);
      return { found, answers: needed ? await this.#answers(split) : undefined };
    });
    this.#last = pass.catch(() => {});
    const { found, answers } = await pass;
    if (!wanted) return found;
    // Not in turn: a metric of the caller's may evaluate, too.
    const { confusion } = found;
    const { target } = this.#network;
    const measurable = { loss: this.#loss, target, confusion, answers, until };
    return { ...found, ...(await measure(wanted, measurable)) };
  }

  /** All outputs for a split, and what they should be. */
  async #answers(split: PlacedSplit): Promise<Answers> {
    const session = await this.#session(split, 'answers');
    const [truth, outputs] = session.graph.keep.slice(-2);
    const [batch, width] = outputs.spec.shape;
    const classes = truth.spec.dtype === 'u32';
    const all = {
      outputs: new Float32Array(split.count * width),
      truth: classes ? new Uint32Array(split.count) : new Float32Array(split.count * width),
      width,
    };
    session.seek(0);
    for (let first = 0; first < split.count; first += batch) {
      await runSteps(this.#engine, session, 0, 1, { chunk: 1 });
      const rows = Math.min(batch, split.count - first);
      const { shape } = outputs.spec;
      const got = fromStorage(shape, await session.read(outputs), new Float32Array(batch * width));
      all.outputs.set(got.subarray(0, rows * width), first * width);
      const stored = await session.read(truth);
      const should = classes
        ? new Uint32Array(stored.buffer).subarray(0, rows)
        : fromStorage(shape, stored, got).subarray(0, rows * width);
      all.truth.set(should, first * (classes ? 1 : width));
    }
    return all;
  }

  async #evaluate(split: PlacedSplit): Promise<Evaluation> {
    const session = await this.#session(split, 'sums');
    session.seek(0);
    await runSteps(this.#engine, session, 0, session.stepsPerEpoch, { chunk: 'auto' });
    const { loss, hits, count } = await session.epochSums(0);
    if (this.#network.target !== 'label')
      return { loss: loss / count, accuracy: null, confusion: null };
    const flat = await session.confusion();
    const n = this.#network.model.outputs;
    const rows = Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)]);
    return { loss: loss / count, accuracy: hits / count, confusion: rows };
  }

  /**
   * The outputs for samples, [count, outputs] row by row.
   *
   * @param samples as the model takes them, standardised, with or without labels and targets
   */
  async predict(samples: HostSplit): Promise<Float32Array> {
    const { count } = samples;
    const columns = this.#network.model.outputs;
    // A batch at a time, whatever the count: outputs are read back batch by batch anyway.
    const split = new StreamedSplit(samples, 1);
    const result = new Float32Array(count * columns);
    try {
      const session = await this.#create(split, 'outputs');
      try {
        const outputs = session.graph.keep[session.graph.keep.length - 1];
        const batch = outputs.spec.shape[0];
        session.seek(0);
        for (let first = 0; first < count; first += batch) {
          await runSteps(this.#engine, session, 0, 1, { chunk: 1 });
          const got = new Float32Array(batch * columns);
          fromStorage(outputs.spec.shape, await session.read(outputs), got);
          result.set(got.subarray(0, Math.min(batch, count - first) * columns), first * columns);
        }
      } finally {
        session.destroy();
      }
    } finally {
      split.destroy();
    }
    return result;
  }

  destroy(): void {
    for (const session of this.#made) session.destroy();
    this.#sessions.clear();
    this.#answering.clear();
  }
}
