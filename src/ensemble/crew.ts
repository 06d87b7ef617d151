import type { PlacedSplit } from '../data/place.ts';
import type { Workspace } from '../gpu/workspace.ts';
import { initialize, type Model } from '../nn/model.ts';
import { type State, writeState } from '../nn/state.ts';
import { ACCUMULATED } from '../ops/update.ts';
import { keyOf } from '../random/domains.ts';
import type { Evaluation } from '../train/evaluator.ts';
import type { Snapshot } from '../train/snapshot.ts';
import { placeBoth, type Splits } from '../train/splits.ts';
import { NetworkEvaluator } from './evaluator.ts';
import type { ResolvedRuns } from './options.ts';
import { EnsemblePredictor } from './predict.ts';
import type { NetworkSession } from './session.ts';
import type { NetworkStore } from './store.ts';
import { storeFor, trainingSession } from './training.ts';

/** The resources of an ensemble: data, parameters, and what trains and evaluates them. */
export class Crew {
  readonly workspace: Workspace;
  readonly runs: ResolvedRuns;
  readonly splits: Splits;
  readonly session: NetworkSession;
  readonly #evaluator: NetworkEvaluator;
  #best: NetworkStore | undefined;
  #predictor: EnsemblePredictor | undefined;
  /** All runs in the order of their slots; those that are trained come first. */
  #order: readonly number[];

  private constructor(
    workspace: Workspace,
    runs: ResolvedRuns,
    splits: Splits,
    session: NetworkSession,
  ) {
    this.workspace = workspace;
    this.runs = runs;
    this.splits = splits;
    this.session = session;
    this.#evaluator = new NetworkEvaluator(workspace, runs, session.store);
    this.#order = runs.options.map((_, i) => i);
  }

  /** @throws OptionError, DataError, MemoryError, ShapeError, ShaderError; nothing is left then */
  static async create(workspace: Workspace, runs: ResolvedRuns): Promise<Crew> {
    const { options } = runs;
    const [first] = options;
    const splits = await placeBoth(workspace, first);
    let store: NetworkStore | undefined;
    try {
      const session = await trainingSession(workspace, runs, splits.train, (graph) => {
        store = storeFor(workspace, first, options.length, graph);
        return store;
      });
      const crew = new Crew(workspace, runs, splits, session);
      crew.initialize();
      return crew;
    } catch (error) {
      store?.destroy();
      splits.train.destroy();
      splits.test?.destroy();
      throw error;
    }
  }

  /** Predicts any samples. */
  get predictor(): EnsemblePredictor {
    this.#predictor ??= new EnsemblePredictor(this.workspace, this.runs.options[0], (run) =>
      this.store.read(this.slotOf(run)),
    );
    return this.#predictor;
  }

  get store(): NetworkStore {
    return this.session.store;
  }

  /** Where a run's network lies. */
  slotOf(run: number): number {
    return this.#order.indexOf(run);
  }

  /** Gives all networks their initial weights. */
  initialize(): void {
    this.store.clearStates();
    for (const [run, { model, seed }] of this.runs.options.entries()) {
      this.load(run, model, initialize(model, keyOf(seed)));
    }
  }

  /** Sets parameters of a run's network. @throws OptionError, ShapeError, DataError, as `Trainer.load` */
  load(run: number, model: Model, parameters: State): void {
    const slot = this.slotOf(run);
    const write = (name: string, values: ArrayLike<number>): void =>
      this.store.write(slot, name, values);
    writeState({ write }, model, parameters);
  }

  /** Leaves networks out of all dispatches from now on: moves the others together. */
  leaveOut(done: ReadonlySet<number>, step: number): void {
    const order = [...this.#order];
    const active = order.slice(0, this.session.slots.length);
    const kept = active.filter((run) => !done.has(run));
    const encoder = this.workspace.device.createCommandEncoder();
    let spare: NetworkStore | undefined;
    for (let low = 0, high = active.length - 1; ; ) {
      while (low < active.length && !done.has(order[low])) low++;
      while (high >= 0 && done.has(order[high])) high--;
      if (low >= high) break;
      // By way of another store: WebGPU copies between different buffers only.
      spare ??= this.store.sibling(2);
      spare.copy(encoder, this.store, low, 0);
      spare.copy(encoder, this.store, high, 1);
      this.store.copy(encoder, spare, 0, high);
      this.store.copy(encoder, spare, 1, low);
      [order[low], order[high]] = [order[high], order[low]];
    }
    void this.workspace.submit(encoder);
    spare?.destroy();
    this.#order = order;
    this.session.only(order.slice(0, kept.length));
    if (kept.length > 0) this.session.seek(step);
  }

  /**
   * Sets all networks to copies of them.
   *
   * @param copies by run
   * @param trained the runs that are trained on; the others are left out of all dispatches
   * @param step that they have done
   */
  put(copies: readonly Snapshot[], trained: ReadonlySet<number>, step: number): void {
    const runs = this.runs.options.map((_, run) => run);
    const first = runs.filter((run) => trained.has(run));
    this.#order = [...first, ...runs.filter((run) => !trained.has(run))];
    for (const [run, { tensors }] of copies.entries()) {
      const slot = this.slotOf(run);
      for (const [kind, values] of tensors) {
        for (const [name, stored] of values) this.store.write(slot, name, stored, kind);
      }
    }
    const { session } = this;
    session.only(first);
    if (first.length === 0) return;
    session.seek(step);
    const epoch = session.timetable.epochOf(Math.max(0, step - 1));
    for (const [slot, run] of first.entries()) session.writeRecord(slot, epoch, copies[run].sums);
  }

  /** Keeps a copy of a network as its best. */
  keepBest(runs: readonly number[]): void {
    if (runs.length === 0) return;
    this.#best ??= this.store.sibling();
    const encoder = this.workspace.device.createCommandEncoder();
    for (const run of runs) this.#best.copy(encoder, this.store, this.slotOf(run), run);
    void this.workspace.submit(encoder);
  }

  /** Brings back the copies that {@link keepBest} kept. */
  restoreBest(runs: readonly number[]): void {
    const best = this.#best;
    if (!best || runs.length === 0) return;
    const encoder = this.workspace.device.createCommandEncoder();
    // Sums of gradients stay: they belong to the batches of the current step.
    for (const run of runs) this.store.copy(encoder, best, run, this.slotOf(run), [ACCUMULATED]);
    void this.workspace.submit(encoder);
  }

  /** Evaluates the networks of the first slots, by run. */
  evaluate(split: PlacedSplit, count: number): Promise<Map<number, Evaluation>> {
    return this.#evaluator.evaluate(split, this.#order.slice(0, count));
  }

  destroy(): void {
    this.session.destroy();
    this.#evaluator.destroy();
    this.#best?.destroy();
    this.#predictor?.destroy();
    this.store.destroy();
    this.splits.train.destroy();
    this.splits.test?.destroy();
  }
}
