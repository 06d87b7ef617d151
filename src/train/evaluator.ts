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
import { type ModelOptions, networkGraph } from './network.ts';
import { Session } from './session.ts';

/** What a pass over a split gives. */
export interface Evaluation extends Metrics {
  /** [class][predicted] counts; null without classes. */
  readonly confusion: readonly (readonly number[])[] | null;
}

/** Samples a batch: enough rows to fill a large GPU, little memory. */
const BATCH = 500;

/** Evaluates and predicts with a trainer's parameters; what it compiles is kept for the next time. */
export class Evaluator {
  readonly #engine: Gpu;
  readonly #network: ModelOptions;
  readonly #loss: LossKind;
  readonly #plan: PlanKind;
  readonly #store: ParameterStore;
  readonly #sessions = new Map<PlacedSplit, Promise<Session>>();
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

  #session(split: PlacedSplit): Promise<Session> {
    let session = this.#sessions.get(split);
    if (!session) {
      session = this.#create(split, true).then((made) => {
        this.#made.push(made);
        return made;
      });
      this.#sessions.set(split, session);
      session.catch(() => this.#sessions.delete(split));
    }
    return session;
  }

  #create(split: PlacedSplit, measured: boolean): Promise<Session> {
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
        const { rows, hits, labels, outputs } = network;
        const sums = [rows, ...(hits ? [hits] : [])];
        const counts = measured && labels ? [confusion(outputs, labels)] : [];
        const keep = measured ? sums : [...sums, outputs];
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

  /** One pass over a split. Passes that are asked for at once share a clock: they take turns. */
  evaluate(split: PlacedSplit): Promise<Evaluation> {
    const pass = this.#last.then(() => this.#evaluate(split));
    this.#last = pass.catch(() => {});
    return pass;
  }

  async #evaluate(split: PlacedSplit): Promise<Evaluation> {
    const session = await this.#session(split);
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
      const session = await this.#create(split, false);
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
  }
}
