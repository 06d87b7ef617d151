import type { PlacedSplit } from '../data/place.ts';
import type { Workspace } from '../gpu/workspace.ts';
import { updatesEvery } from '../nn/accumulation.ts';
import { inLayout } from '../nn/layers/parameters.ts';
import { initialize, rowsOf } from '../nn/model.ts';
import { isParameter } from '../ops/sources.ts';
import { ACCUMULATED, METHOD } from '../ops/update.ts';
import { keyOf } from '../random/domains.ts';
import type { Evaluation } from '../train/evaluator.ts';
import { batchFor, countable, forwardGraph } from '../train/forward.ts';
import { trainingGraph } from '../train/network.ts';
import { meansOf } from '../train/records.ts';
import { placeBoth, type Splits } from '../train/splits.ts';
import { differenceOf, type ResolvedRuns } from './options.ts';
import { EnsemblePredictor } from './predict.ts';
import { NetworkSession } from './session.ts';
import { NetworkStore } from './store.ts';

/** Samples per batch of an evaluation, as a trainer's. */
const BATCH = 500;

/** The resources of an ensemble: data, parameters, and what trains and evaluates them. */
export class Crew {
  readonly workspace: Workspace;
  readonly runs: ResolvedRuns;
  readonly splits: Splits;
  readonly session: NetworkSession;
  readonly #evaluating = new Map<PlacedSplit, Promise<NetworkSession>>();
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
    this.#order = runs.options.map((_, i) => i);
  }

  /** @throws OptionError, DataError, MemoryError, ShapeError, ShaderError; nothing is left then */
  static async create(workspace: Workspace, runs: ResolvedRuns): Promise<Crew> {
    const { options, firsts, variants } = runs;
    const [first] = options;
    const splits = await placeBoth(workspace, first);
    let store: NetworkStore | undefined;
    try {
      const { accumulate } = first;
      const every = accumulate === 1 ? undefined : updatesEvery(accumulate);
      const session = await NetworkSession.create(workspace, {
        plan: first.plan,
        family: first.family,
        runs: options.map(({ seed, optimizer }, i) => ({
          key: keyOf(seed),
          variant: variants[i],
          rule: optimizer,
        })),
        variants: firsts.map((run) => {
          const { loss, batchSize, optimizer, schedule } = options[run];
          return {
            build: (graph) =>
              trainingGraph(
                graph,
                { ...options[run], every },
                loss,
                batchSize,
                optimizer,
                splits.train.sources,
              ),
            rule: optimizer,
            schedule,
            every,
          };
        }),
        differs: (variant) => differenceOf(runs, variant),
        store: (graph) => {
          const { states } = first.optimizer[METHOD];
          const loose = first.model.parameters.filter(({ state }) => state);
          store = new NetworkStore(
            workspace,
            options.length,
            graph.nodes.filter(isParameter),
            every ? [...states, every.state] : states,
            new Set(loose.map(({ name }) => name)),
          );
          return store;
        },
        split: splits.train,
        batch: first.batchSize,
        order: first.order,
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
      const initial = initialize(model, keyOf(seed));
      for (const spec of model.parameters) {
        const values = initial.get(spec.name) ?? [];
        const stored = inLayout(spec, Float32Array.from(values), 'into storage');
        this.store.write(this.slotOf(run), spec.name, stored);
      }
    }
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

  #evaluator(split: PlacedSplit): Promise<NetworkSession> {
    const known = this.#evaluating.get(split);
    if (known) return known;
    const { options, firsts, variants } = this.runs;
    const [first] = options;
    const { model, target, plan, family } = first;
    const { width: classes } = rowsOf(model, target);
    const counted = target === 'label' && countable(this.workspace, classes);
    // The batch of a trainer's evaluation, so that sums are the same.
    const network = { ...first, every: undefined };
    const batch = batchFor(this.workspace, { network }, Math.min(BATCH, split.count));
    const made = NetworkSession.create(this.workspace, {
      plan,
      family,
      runs: options.map((_, i) => ({ key: [0, 0], variant: variants[i] })),
      variants: firsts.map((run) => ({
        build: (graph) =>
          forwardGraph(
            graph,
            { network: { ...options[run], every: undefined }, loss: options[run].loss },
            split,
            'sums',
            batch,
            counted,
          ),
      })),
      differs: (variant) => differenceOf(this.runs, variant),
      store: () => this.store,
      split,
      batch,
      order: { kind: 'sequential' },
      ...(counted ? { classes } : {}),
    });
    this.#evaluating.set(split, made);
    made.catch(() => this.#evaluating.delete(split));
    return made;
  }

  /** Evaluates the networks of the first slots, by run. */
  async evaluate(split: PlacedSplit, count: number): Promise<Map<number, Evaluation>> {
    const session = await this.#evaluator(split);
    const slots = this.#order.slice(0, count);
    session.only(slots);
    session.seek(0);
    await session.run(session.stepsPerEpoch);
    const { target, model } = this.runs.options[0];
    const { width: n } = rowsOf(model, target);
    const counted = target === 'label' && countable(this.workspace, n);
    const sums = await session.sums(0);
    const counts = counted ? await session.confusion() : undefined;
    return new Map(
      slots.map((run, slot) => {
        const flat = counts?.[slot];
        const confusion = flat
          ? Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)])
          : null;
        return [run, { ...meansOf(sums[slot], target), confusion }];
      }),
    );
  }

  destroy(): void {
    this.session.destroy();
    for (const making of this.#evaluating.values()) {
      making.then(
        (session) => session.destroy(),
        () => {},
      );
    }
    this.#best?.destroy();
    this.#predictor?.destroy();
    this.store.destroy();
    this.splits.train.destroy();
    this.splits.test?.destroy();
  }
}
