import type { PlacedSplit } from '../data/place.ts';
import { NonFiniteError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Graph, liveNodes, type Node } from '../graph/graph.ts';
import type { ParameterStore } from '../graph/store.ts';
import { keyOf } from '../random/domains.ts';
import { badStep } from './check-loss.ts';
import { runSteps } from './loop.ts';
import { trainingGraph } from './network.ts';
import type { TrainedOptions } from './options.ts';
import type { Sums } from './records.ts';
import { Session } from './session.ts';
import type { SessionGraph } from './session-options.ts';
import { epochRecord, writeEpochRecord } from './tally.ts';

/** What {@link NumericalWatch} needs. */
export interface WatchOptions {
  readonly engine: Gpu;
  readonly session: Session;
  /** A session of the plain plan that keeps every tensor, with the same parameters and data. */
  readonly plain: () => Promise<{ readonly session: Session; readonly nodes: readonly Node[] }>;
}

const finite = (values: Iterable<number>): boolean => {
  for (const value of values) if (!Number.isFinite(value)) return false;
  return true;
};

/** The first parameter with an element that is not finite. */
async function badParameter(store: ParameterStore): Promise<string | undefined> {
  for (const [name, values] of await store.read()) if (!finite(values)) return name;
  return undefined;
}

/**
 * Keeps the parameters from the beginning of an epoch, to find the first number that is not finite by repeating
 * the epoch's steps, the last of them op by op.
 */
export class NumericalWatch {
  readonly #options: WatchOptions;
  readonly #kept: ParameterStore;
  #first = 0;
  /** The epoch's sums at that step. */
  #record: Int32Array | undefined;

  /** @throws MemoryError if the device has no memory for another copy of the parameters. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#kept = options.session.store.sibling();
  }

  /** Copies the parameters before a step. */
  async begin(step: number): Promise<void> {
    const { session } = this.#options;
    this.#kept.copyFrom(session.store);
    this.#first = step;
    const begun = session.timetable.placeOf(step) !== 0;
    this.#record = begun ? await epochRecord(session, this.#epoch) : undefined;
  }

  get #epoch(): number {
    return this.#options.session.timetable.epochOf(this.#first);
  }

  /**
   * Checks the steps since {@link begin}.
   *
   * @param sums of the epoch
   * @throws NonFiniteError if one has produced a number that is not finite; the run is put back before that step
   */
  async check({ loss }: Sums, last: number): Promise<void> {
    const { session } = this.#options;
    if (Number.isFinite(loss) && !(await badParameter(session.store))) return;
    const step = await this.#goBefore(last);
    const tensor = await this.#firstBad(step);
    throw new NonFiniteError(
      `step ${step} produces ${tensor ?? 'a number'} that is not finite. Use a smaller learning rate, or check the data. The run is now before that step, and a checkpoint can be taken`,
      step,
      tensor,
    );
  }

  /** Restores the parameters of the beginning, and runs all steps before one. */
  async #goTo(step: number): Promise<void> {
    const { engine, session } = this.#options;
    session.store.copyFrom(this.#kept);
    session.seek(this.#first);
    if (this.#record) writeEpochRecord(session, this.#epoch, this.#record);
    const count = step - this.#first;
    if (count > 0) await runSteps(engine, session, this.#epoch, count, { chunk: 'auto' });
  }

  /** @returns the first step that produces a number that is not finite; the run is put back before it */
  async #goBefore(last: number): Promise<number> {
    const { session } = this.#options;
    // Bisection: everything is finite before `good`, and not after `bad`.
    let good = this.#first;
    let bad = (await badStep(session, this.#first, last)) ?? last - 1;
    while (good < bad) {
      const middle = Math.ceil((good + bad) / 2);
      await this.#goTo(middle);
      if (await badParameter(session.store)) bad = middle - 1;
      else good = middle;
    }
    await this.#goTo(good);
    return good;
  }

  /** Runs one step op by op. */
  async #firstBad(step: number): Promise<string | undefined> {
    const { engine, plain } = this.#options;
    const { session, nodes } = await plain();
    try {
      session.seek(step, this.#options.session.timetable.origin);
      await runSteps(engine, session, 0, 1, { chunk: 1 });
      for (const node of nodes) {
        if (node.spec.dtype === 'f32' && !finite(await session.read(node))) return node.name;
      }
      const parameter = await badParameter(session.store);
      return parameter && `the update of ${parameter}`;
    } finally {
      session.destroy();
      await this.#goTo(step);
    }
  }

  destroy(): void {
    this.#kept.destroy();
  }
}

/** Watches a run. @throws MemoryError if the device has no memory for another copy of the parameters. */
export function watchOf(
  engine: Gpu,
  session: Session,
  options: TrainedOptions,
  split: PlacedSplit,
): NumericalWatch {
  const { loss, batchSize, optimizer, order, seed, schedule, every } = options;
  let nodes: readonly Node[] = [];
  const build = (graph: Graph): SessionGraph => {
    const made = trainingGraph(graph, options, loss, batchSize, optimizer, split.sources);
    nodes = liveNodes(made.targets).filter(({ op }) => op.residence === 'computed');
    return { ...made, targets: [...nodes, ...made.targets], keep: nodes };
  };
  return new NumericalWatch({
    engine,
    session,
    plain: async () => {
      const plain = await Session.create(engine, {
        plan: 'plain',
        build,
        store: session.store,
        split,
        batch: batchSize,
        key: keyOf(seed),
        order,
        rule: optimizer,
        schedule,
        every,
      });
      plain.rate = session.rate;
      return { session: plain, nodes };
    },
  });
}
