import type { PlacedSplit } from '../data/place.ts';
import { NonFiniteError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Graph, liveNodes, type Node } from '../graph/graph.ts';
import type { ParameterStore } from '../graph/store.ts';
import { keyOf } from '../random/domains.ts';
import { runSteps } from './loop.ts';
import { trainingGraph } from './network.ts';
import type { Complete } from './options.ts';
import { STEP_RING, type Sums } from './records.ts';
import { Session, type SessionGraph } from './session.ts';

/** What finding the first number that is not finite takes. */
export interface WatchOptions {
  readonly engine: Gpu;
  readonly session: Session;
  /** A session of the plain plan that keeps every tensor, on the same parameters and data. */
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

/** The first of some steps whose loss is not finite; undefined where none is, or nobody knows any more. */
async function badStep(session: Session, from: number, to: number): Promise<number | undefined> {
  const known = Math.max(from, to - STEP_RING + 1);
  const sums: readonly Sums[] = await session.stepSums(known, to);
  const at = sums.findIndex(({ loss }) => !Number.isFinite(loss));
  return at < 0 || (at === 0 && known > from) ? undefined : known + at;
}

/**
 * Looks at an epoch's loss alone.
 *
 * @param from step that the epoch was gone on with
 * @throws NonFiniteError where the loss is not finite, with the first step that made it so.
 */
export async function checkLoss(
  session: Session,
  { loss }: Sums,
  from: number,
  to: number,
): Promise<void> {
  if (Number.isFinite(loss)) return;
  const step = (await badStep(session, from, to)) ?? to - 1;
  throw new NonFiniteError(
    `the loss of step ${step} is not finite. Use a smaller learning rate; fit({ watch: true }) finds the tensor that was the first`,
    step,
  );
}

/**
 * Keeps the parameters as they were when an epoch was begun, so that a number that is not finite can be
 * looked for: by going through the epoch's steps again, the last of them op by op.
 */
export class NumericalWatch {
  readonly #options: WatchOptions;
  readonly #kept: ParameterStore;
  #first = 0;
  /** What the epoch had summed up to. */
  #record: Int32Array | undefined;

  /** @throws MemoryError where the device has no room for the parameters once more. */
  constructor(options: WatchOptions) {
    this.#options = options;
    this.#kept = options.session.store.sibling();
  }

  /** Remembers the parameters before a step. */
  async begin(step: number): Promise<void> {
    const { session } = this.#options;
    this.#kept.copyFrom(session.store);
    this.#first = step;
    const begun = session.timetable.placeOf(step) !== 0;
    this.#record = begun ? await session.epochRecord(this.#epoch) : undefined;
  }

  get #epoch(): number {
    return this.#options.session.timetable.epochOf(this.#first);
  }

  /**
   * Looks at the steps since {@link begin}.
   *
   * @param sums of the epoch
   * @throws NonFiniteError where one has made what is not finite; the run then stands before that step.
   */
  async check({ loss }: Sums, last: number): Promise<void> {
    const { session } = this.#options;
    if (Number.isFinite(loss) && !(await badParameter(session.store))) return;
    const step = await this.#goBefore(last);
    const tensor = await this.#firstBad(step);
    throw new NonFiniteError(
      `step ${step} makes ${tensor ?? 'a number'} that is not finite. Use a smaller learning rate, or look at the data. The run stands before that step: a checkpoint can be taken of it`,
      step,
      tensor,
    );
  }

  /** Parameters as they were at the beginning; then steps, up to one that is not done. */
  async #goTo(step: number): Promise<void> {
    const { engine, session } = this.#options;
    session.store.copyFrom(this.#kept);
    session.seek(this.#first);
    if (this.#record) session.writeEpochRecord(this.#epoch, this.#record);
    const count = step - this.#first;
    if (count > 0) await runSteps(engine, session, this.#epoch, count, { chunk: 'auto' });
  }

  /** @returns the first step that makes anything that is not finite; the run then stands before it */
  async #goBefore(last: number): Promise<number> {
    const { session } = this.#options;
    // By halves: before `good` all is finite, after `bad` it is not.
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

/** Watches a run. @throws MemoryError where the device has no room for the parameters once more. */
export function watchOf(
  engine: Gpu,
  session: Session,
  options: Complete,
  split: PlacedSplit,
): NumericalWatch {
  const { loss, batchSize, optimizer, order, seed } = options;
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
      });
      return { session: plain, nodes };
    },
  });
}
