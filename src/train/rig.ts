import type { PlacedSplit } from '../data/place.ts';
import type { Workspace } from '../gpu/workspace.ts';
import { type Loan, ParameterStore } from '../graph/store.ts';
import { isParameter } from '../ops/sources.ts';
import { AVERAGE, type Every, METHOD } from '../ops/update.ts';
import { keyOf } from '../random/domains.ts';
import type { WeightsChoice } from './averages.ts';
import { Frames } from './frames.ts';
import { trainingGraph } from './network.ts';
import type { ResolvedOptions, TrainedOptions } from './options.ts';
import { Reader } from './reader.ts';
import { Session } from './session.ts';
import { placeBoth, type Splits } from './splits.ts';
import type { NumericalWatch } from './watch.ts';

/** Default time for timing kernels against each other. */
const TUNE_MS = 400;

/** Milliseconds for timing kernels against each other. */
export const tuneBudgetOf = (
  { adapter }: Workspace,
  { tuneBudget }: Pick<TrainedOptions, 'tuneBudget'>,
): number => tuneBudget ?? (adapter.software ? 0 : TUNE_MS);

/** Only runs that accumulate gradients load the code for it. */
async function everyOf({ accumulate }: ResolvedOptions): Promise<Every | undefined> {
  if (accumulate === 1) return undefined;
  const { updatesEvery } = await import('./later.ts');
  return updatesEvery(accumulate);
}

/** The resources of a run on one device. */
export class Rig {
  readonly workspace: Workspace;
  readonly session: Session;
  readonly train: PlacedSplit;
  readonly test: PlacedSplit | undefined;
  readonly #last: Reader;
  #average: Reader | undefined;
  readonly #options: TrainedOptions;
  #frames: Frames | undefined;
  #watch: NumericalWatch | undefined;

  private constructor(
    workspace: Workspace,
    options: TrainedOptions,
    session: Session,
    splits: Splits,
  ) {
    this.workspace = workspace;
    this.session = session;
    this.train = splits.train;
    this.test = splits.test;
    this.#options = options;
    this.#last = this.#readerOf(session.store);
  }

  /**
   * Uploads the data or prepares to stream it, plans and compiles. Does not set parameters.
   *
   * @param store parameters and optimizer state of another rig; or parameters of other trainers; default all new
   * @throws DataError, OptionError, MemoryError, ShapeError, ShaderError; nothing is left then
   */
  static async create(
    workspace: Workspace,
    options: ResolvedOptions,
    store?: ParameterStore | ReadonlyMap<string, Loan>,
  ): Promise<Rig> {
    const splits = await placeBoth(workspace, options);
    const { train } = splits;
    try {
      const { states } = options.optimizer[METHOD];
      const every = await everyOf(options);
      const network = { ...options, every };
      const session = await Session.create(workspace, {
        plan: options.plan,
        precision: options.precision,
        ...(options.family ? { family: options.family } : {}),
        build: (graph) =>
          trainingGraph(
            graph,
            network,
            options.loss,
            options.batchSize,
            options.optimizer,
            train.sources,
          ),
        store:
          store instanceof ParameterStore
            ? store
            : (graph) =>
                new ParameterStore(
                  workspace,
                  graph.nodes.filter(isParameter),
                  every ? [...states, every.state] : states,
                  store,
                ),
        split: train,
        batch: options.batchSize,
        key: keyOf(options.seed),
        order: options.order,
        rule: options.optimizer,
        schedule: options.schedule,
        every,
        tuneBudget: tuneBudgetOf(workspace, options),
        ...(options.start ? { start: options.start } : {}),
      });
      return new Rig(workspace, network, session, splits);
    } catch (error) {
      train.destroy();
      splits.test?.destroy();
      throw error;
    }
  }

  /** Settled when all counted steps are submitted; undefined if they are. */
  get submitting(): Promise<void> | undefined {
    return this.#frames?.submitting;
  }

  /** Fits steps into frames. */
  get frames(): Frames {
    this.#frames ??= new Frames(this.workspace, this.session);
    return this.#frames;
  }

  #readerOf(store: ParameterStore): Reader {
    const { loss, plan, family } = this.#options;
    return new Reader(this.workspace, { network: this.#options, loss, plan, store, family });
  }

  /** The averages of the parameters, and those that are not trained, without a copy. */
  averages(): ParameterStore {
    const { frozen } = this.#options;
    return this.session.store.view((name) => (frozen.includes(name) ? 'parameters' : AVERAGE));
  }

  /** What evaluates and predicts with these weights. */
  reader(weights: WeightsChoice): Reader {
    if (weights === 'last') return this.#last;
    this.#average ??= this.#readerOf(this.averages());
    return this.#average;
  }

  get #readers(): readonly Reader[] {
    return this.#average ? [this.#last, this.#average] : [this.#last];
  }

  /** @throws MemoryError if the device has no memory for another copy of the parameters. */
  async watch(): Promise<NumericalWatch> {
    if (this.#watch) return this.#watch;
    const { watchOf } = await import('./later.ts');
    this.workspace.assertAlive();
    const watch = watchOf(this.workspace, this.session, this.#options, this.train);
    try {
      await this.workspace.buffers.settle();
    } catch (error) {
      watch.destroy();
      throw error;
    }
    this.#watch = watch;
    return watch;
  }

  /** Settled when the steps of the last frame are done; undefined if they are. */
  get running(): Promise<void> | undefined {
    return this.#frames?.running;
  }

  /**
   * Replaces the data and keeps the kernels.
   *
   * @returns whether they fit and are of the same kind; else nothing changes
   */
  replace({ host }: ResolvedOptions): boolean {
    const pairs = [
      [this.train, host?.train],
      [this.test, host?.test],
    ] as const;
    const room = pairs.every(([split, next]) =>
      split && next ? 'replace' in split && split.holds(next) : !split && !next,
    );
    for (const [split, next] of room ? pairs : []) {
      if (!split || !next || !('replace' in split)) continue;
      // Evaluation batches depend on the size of the split, and sums must equal those of a new trainer.
      if (next.count > split.count) {
        for (const { evaluator } of this.#readers) evaluator.forget(split);
      }
      split.replace(next);
    }
    return room;
  }

  /** Frees everything but the engine. */
  destroy(): void {
    this.leave();
    this.session.store.destroy();
  }

  /** Frees everything but the parameters and the optimizer's state. */
  leave(): void {
    for (const reader of this.#readers) reader.destroy();
    this.#frames?.destroy();
    this.#watch?.destroy();
    this.session.destroy();
    this.train.destroy();
    this.test?.destroy();
  }
}
