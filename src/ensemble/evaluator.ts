import type { PlacedSplit } from '../data/place.ts';
import type { Workspace } from '../gpu/workspace.ts';
import { rowsOf } from '../nn/model.ts';
import type { Evaluation } from '../train/evaluator.ts';
import { batchFor, countable, forwardGraph } from '../train/forward.ts';
import { meansOf } from '../train/records.ts';
import { differenceOf, type ResolvedRuns } from './options.ts';
import { NetworkSession } from './session.ts';
import type { NetworkStore } from './store.ts';

/** Samples per batch of an evaluation, as a trainer's. */
const BATCH = 500;

/** Evaluates networks of an ensemble over a split. */
export class NetworkEvaluator {
  readonly #workspace: Workspace;
  readonly #runs: ResolvedRuns;
  readonly #store: NetworkStore;
  readonly #sessions = new Map<PlacedSplit, Promise<NetworkSession>>();

  constructor(workspace: Workspace, runs: ResolvedRuns, store: NetworkStore) {
    this.#workspace = workspace;
    this.#runs = runs;
    this.#store = store;
  }

  /** How many classes are counted in a confusion matrix; undefined without one. */
  get #classes(): number | undefined {
    const [{ model, target }] = this.#runs.options;
    const { width } = rowsOf(model, target);
    return target === 'label' && countable(this.#workspace, width) ? width : undefined;
  }

  #session(split: PlacedSplit): Promise<NetworkSession> {
    const known = this.#sessions.get(split);
    if (known) return known;
    const { options, firsts, variants } = this.#runs;
    const [first] = options;
    const classes = this.#classes;
    // The batch of a trainer's evaluation, so that sums are the same.
    const network = { ...first, every: undefined };
    const batch = batchFor(this.#workspace, { network }, Math.min(BATCH, split.count));
    const made = NetworkSession.create(this.#workspace, {
      plan: first.plan,
      family: first.family,
      runs: options.map((_, i) => ({ key: [0, 0], variant: variants[i] })),
      variants: firsts.map((run) => ({
        build: (graph) =>
          forwardGraph(
            graph,
            { network: { ...options[run], every: undefined }, loss: options[run].loss },
            split,
            'sums',
            batch,
            classes !== undefined,
          ),
      })),
      differs: (variant) => differenceOf(this.#runs, variant),
      store: () => this.#store,
      split,
      batch,
      order: { kind: 'sequential' },
      ...(classes === undefined ? {} : { classes }),
    });
    this.#sessions.set(split, made);
    made.catch(() => this.#sessions.delete(split));
    return made;
  }

  /**
   * Loss, accuracy and confusion matrix of networks, by run.
   *
   * @param slots the runs in the first slots
   */
  async evaluate(split: PlacedSplit, slots: readonly number[]): Promise<Map<number, Evaluation>> {
    const session = await this.#session(split);
    session.only(slots);
    session.seek(0);
    await session.run(session.stepsPerEpoch);
    const [{ target }] = this.#runs.options;
    const classes = this.#classes;
    const sums = await session.sums(0);
    const counts = classes === undefined ? undefined : await session.confusion();
    return new Map(
      slots.map((run, slot) => {
        const confusion = counts ? rowsOfMatrix(counts[slot], classes ?? 0) : null;
        return [run, { ...meansOf(sums[slot], target), confusion }];
      }),
    );
  }

  destroy(): void {
    for (const making of this.#sessions.values()) {
      making.then(
        (session) => session.destroy(),
        () => {},
      );
    }
  }
}

const rowsOfMatrix = (flat: Uint32Array, n: number): number[][] =>
  Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)]);
