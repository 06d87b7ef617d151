import type { EpochRecord } from '../../train/history.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { Stopper } from '../../train/stop.ts';
import type { LastingEnsemble } from './lasting-ensemble.ts';
import { copiesOf } from './many-copies.ts';
import type { Settings } from './settings.ts';

interface Best {
  readonly epoch: number;
  readonly copy: Snapshot;
}

/** What became of the last epoch of a network that was taken. */
interface Taken extends ReturnType<Stopper['take']> {
  readonly epoch: number;
}

/**
 * Ends each network of an ensemble whose own test loss has stopped falling, and keeps its best epoch: `Stopping`, for several at
 * once. It works between two calls of `fit`. An epoch that is trained again after the loss of a device does not count again.
 */
export class ManyStopping {
  readonly #lasting: LastingEnsemble;
  readonly #patience: number;
  readonly #keeps: boolean;
  readonly #stoppers: readonly Stopper[];
  readonly #taken = new Map<number, Taken>();
  readonly #best = new Map<number, Best>();
  readonly #ended = new Set<number>();

  private constructor(lasting: LastingEnsemble, { patience = Infinity, keepsBest }: Settings) {
    this.#lasting = lasting;
    this.#patience = patience;
    this.#keeps = keepsBest === true;
    this.#stoppers = lasting.current.members.map(() => new Stopper({ on: 'test.loss', patience }));
  }

  /**
   * @param kept the epoch whose weights a network has, by run, if they are those of its best one. Of networks that go on,
   *   early stopping counts the epochs that they have; but none if those of the best one are to be kept and were lost
   */
  static async open(
    lasting: LastingEnsemble,
    settings: Settings,
    kept: ReadonlyMap<number, number> = new Map(),
  ): Promise<ManyStopping> {
    const stopping = new ManyStopping(lasting, settings);
    for (const { run, history } of lasting.current.members) {
      if (stopping.#keeps && !kept.has(run)) continue;
      for (const record of history as readonly EpochRecord[]) stopping.#stoppers[run].take(record);
    }
    if (!stopping.#keeps) return stopping;
    await lasting.during(async (ensemble) => {
      for (const [run, epoch] of kept) {
        stopping.#best.set(run, { epoch, copy: await ensemble.snapshot(run) });
      }
    });
    return stopping;
  }

  /** The runs whose networks were ended for the lack of a lower test loss. */
  get ended(): ReadonlySet<number> {
    return this.#ended;
  }

  /** Takes the records of an epoch that has just ended, by run. @throws DeviceLostError; after it the epoch is taken again */
  async take(records: ReadonlyMap<number, EpochRecord>): Promise<void> {
    const { current } = this.#lasting;
    for (const [run, record] of records) {
      const { epoch } = record;
      const before = this.#taken.get(run);
      if (before && epoch < before.epoch) continue;
      const taken =
        before?.epoch === epoch ? before : { epoch, ...this.#stoppers[run].take(record) };
      this.#taken.set(run, taken);
      if (taken.better && this.#keeps) {
        this.#best.set(run, { epoch, copy: await current.snapshot(run) });
      }
      const { state } = current.members[run];
      if (!taken.ended || this.#patience === Infinity || state !== 'training') continue;
      current.stop(run);
      this.#ended.add(run);
    }
  }

  /**
   * Puts the weights and the optimizer's state of each network's best epoch back, bit by bit. Steps and histories stay. A network
   * that has diverged stays as it is.
   *
   * @returns the epochs, by run; none if the best ones are not to be kept
   */
  async restore(): Promise<ReadonlyMap<number, number>> {
    const lasting = this.#lasting;
    const kept = [...this.#best].filter(
      ([run]) => lasting.current.members[run].state !== 'diverged',
    );
    if (kept.length === 0) return new Map();
    const now = await lasting.during(copiesOf);
    const others = kept.filter(([run, { epoch }]) => {
      const { open, history } = now.networks[run];
      return open || history.length !== epoch;
    });
    if (others.length > 0) {
      const networks = [...now.networks];
      for (const [run, { copy }] of others) {
        networks[run] = { ...networks[run], tensors: copy.tensors };
      }
      lasting.put({ ...now, networks });
    }
    return new Map(kept.map(([run, { epoch }]) => [run, epoch]));
  }
}
