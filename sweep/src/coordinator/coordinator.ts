import { DataError } from '../../../src/errors.ts';
import { trialId } from '../../../src/trial/id.ts';
import type { Coordinator, NewTrial, Point, Store, StoredTrial, TrialEvent } from '../contract.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { type SpecSource, shapeOf, specOf } from '../plan/specs.ts';
import type { KnownPoint, Search } from '../search/search.ts';
import { PointProgress, TrialProgress } from './progress.ts';

export interface CoordinatorOptions {
  readonly plan: CheckedPlan;
  readonly search: Search;
  readonly store: Store;
  /** Of all trials. */
  readonly source: SpecSource;
  /**
   * How many trials wait or run at once, if the search chooses by what it was told: asked before each choice. About as many as
   * workers can train at once. Default 4.
   */
  readonly window?: () => number;
}

/** How many trials are queued in one transaction. */
const PART = 500;

/**
 * Makes trials of a plan's points and takes what comes of them to the search. Everything happens one after another in the order of
 * the store's events, so decisions are a function of the history. A trial that belongs to several points, because a search has
 * chosen a point twice, is trained once, and its values are told for each.
 */
export function createCoordinator(options: CoordinatorOptions): Coordinator {
  return new PlanCoordinator(options);
}

class PlanCoordinator implements Coordinator {
  readonly over: Promise<void>;
  readonly #options: CoordinatorOptions;
  readonly #points = new Map<number, PointProgress>();
  readonly #trials = new Map<string, TrialProgress>();
  /** The points of each trial. */
  readonly #owners = new Map<string, PointProgress[]>();
  /** Points of which the search was not told the end. */
  readonly #open = new Set<PointProgress>();
  #asked = 0;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;
  #unlisten: (() => void) | undefined;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    // Only whoever waits for it hears of a failure.
    this.over.catch(() => {});
  }

  /** Points that share trials make it fewer. */
  get planned(): number | null {
    const { search, plan } = this.#options;
    return this.#trials.size + (search.budget - this.#points.size) * plan.seeds.length;
  }

  async start(): Promise<void> {
    const { store } = this.#options;
    // What happens from here on waits behind the history.
    this.#unlisten = store.listen((event) =>
      this.#then(async () => {
        await this.#take(event, 'now');
        await this.#pump();
      }),
    );
    this.#then(() => this.#begin());
    await this.#work;
    if (this.#failure) throw this.#failure.error;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unlisten?.();
    // Ends what the work may wait for.
    await this.#options.search.close();
    await this.#work;
  }

  /** Does something after all that came before; after a failure, nothing. */
  #then(step: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#isClosed || this.#failure) return;
      try {
        await step();
      } catch (error) {
        if (this.#isClosed) return;
        this.#failure = { error };
        this.#fail(error);
      }
    });
  }

  async #begin(): Promise<void> {
    const { store, search } = this.#options;
    const history = await store.trials();
    const stored = new Map<number, Point>();
    for (const { point, values } of history) stored.set(point, values);
    const own = [...stored].map(([number, point]): KnownPoint => ({ number, point }));
    const known = await search.open(own.sort((a, b) => a.number - b.number));
    for (const { number, point } of known) if (!stored.has(number)) stored.set(number, point);
    // As arguments of Math.max, 200,000 numbers would exhaust the stack.
    const count = [...stored.keys()].reduce((most, number) => Math.max(most, number + 1), 0);
    const missing = await this.#resume(stored, count);
    this.#checkStored(history);
    await this.#queue(missing);
    for (const event of (await store.history?.()) ?? []) await this.#take(event, 'again');
    for (const trial of history) this.#trials.get(trial.id)?.take(trial);
    // For a store that does not keep the order of events: what still runs is compared with all that has ended.
    const [ended, open] = [true, false].map((is) =>
      [...this.#open].filter(({ end }) => (end !== undefined) === is),
    );
    for (const point of [...ended, ...open]) await this.#tell(point);
    for (const point of this.#open) await this.#stop(point);
    await this.#pump();
  }

  /** Makes the points of the history again. @returns their trials; those that the store has stay as they are */
  async #resume(stored: ReadonlyMap<number, Point>, count: number): Promise<readonly NewTrial[]> {
    const { search } = this.#options;
    const trials: NewTrial[] = [];
    const most = search.lazy ? Math.min(count, search.budget) : search.budget;
    for (let number = 0; number < most; number++) {
      trials.push(...(await this.#pointOf(number, stored.get(number))));
    }
    this.#asked = most;
    return trials;
  }

  /** @throws DataError if a stored trial is none of the plan's */
  #checkStored(history: readonly StoredTrial[]): void {
    const stray = history.find(({ id }) => !this.#trials.has(id));
    if (stray === undefined) return;
    throw new DataError(
      `the stored trial ${stray.id} is not one of this plan with these data and this version: it is ${JSON.stringify(stray.spec)}. Use the plan and the data that began the sweep, or another folder or database`,
    );
  }

  /** Makes a point. @returns its trials that no point had before */
  async #pointOf(number: number, given?: Point): Promise<readonly NewTrial[]> {
    const { plan, source, search } = this.#options;
    const values = given ?? (await search.ask(number));
    const fresh: NewTrial[] = [];
    const trials: TrialProgress[] = [];
    for (const seed of plan.seeds) {
      const spec = specOf(plan, source, values, seed);
      const id = await trialId(spec);
      let trial = this.#trials.get(id);
      if (trial === undefined) {
        trial = new TrialProgress(id, plan.objective);
        this.#trials.set(id, trial);
        fresh.push({ id, spec, point: number, values, shape: shapeOf(spec) });
      }
      trials.push(trial);
    }
    const point = new PointProgress(number, values, trials);
    this.#points.set(number, point);
    this.#open.add(point);
    for (const { id } of trials) this.#owners.set(id, [...(this.#owners.get(id) ?? []), point]);
    return fresh;
  }

  async #queue(trials: readonly NewTrial[]): Promise<void> {
    for (let i = 0; i < trials.length; i += PART) {
      await this.#options.store.add(trials.slice(i, i + PART));
    }
  }

  /** @param when whether the event is of the history, after which nothing is stopped yet */
  async #take(event: TrialEvent, when: 'now' | 'again'): Promise<void> {
    const id = event.type === 'epoch' ? event.id : event.trial.id;
    const trial = this.#trials.get(id);
    if (trial === undefined) return;
    if (event.type === 'ended') trial.take(event.trial);
    // A trial that has ended in the history has all its epochs.
    else if (!trial.ended) trial.epoch(event.epoch);
    for (const point of this.#owners.get(id) ?? []) {
      await this.#tell(point);
      if (when === 'now') await this.#stop(point);
    }
  }

  /** Tells the search what it does not know of a point. */
  async #tell(point: PointProgress): Promise<void> {
    const { search } = this.#options;
    if (point.told) return;
    let prune = false;
    for (;;) {
      const value = point.valueAfter(point.reported + 1);
      if (value === undefined) break;
      point.reported++;
      // Of several at once the last answer counts: with those before it has gone on.
      prune = await search.report(point.number, point.reported, value);
    }
    point.isPruned ||= prune;
    const { end } = point;
    if (end === undefined) return;
    point.told = true;
    this.#open.delete(point);
    await search.tell(point.number, end);
  }

  /** Stops the trials of a point that the search has pruned. */
  async #stop(point: PointProgress): Promise<void> {
    if (!point.isPruned || point.isStopped || point.told) return;
    point.isStopped = true;
    await this.#options.store.prune(point.trials.filter(({ ended }) => !ended).map(({ id }) => id));
  }

  /** Asks the search for more points while there is room, and sees whether all is over. */
  async #pump(): Promise<void> {
    const { search, window = () => 4 } = this.#options;
    while (this.#asked < search.budget && this.#waiting() < Math.max(1, window())) {
      const number = this.#asked++;
      await this.#queue(await this.#pointOf(number));
      const point = this.#points.get(number);
      // Its trials may be those of points before.
      if (point) await this.#tell(point);
      if (point) await this.#stop(point);
    }
    if (this.#asked >= search.budget && this.#open.size === 0) this.#finish();
  }

  /** Trials that wait or run. */
  #waiting(): number {
    const ids = [...this.#open].flatMap(({ trials }) =>
      trials.filter(({ ended }) => !ended).map(({ id }) => id),
    );
    return new Set(ids).size;
  }
}
