import type { Ensemble } from '../../ensemble/ensemble.ts';
import type { EpochRecord } from '../../train/history.ts';
import type { Snapshot } from '../../train/snapshot.ts';
import { Stopper } from '../../train/stop.ts';
import type { Settings } from './settings.ts';

interface Best {
  readonly epoch: number;
  readonly copy: Snapshot;
}

/** Copies of all networks, by run. */
export async function copiesOf(ensemble: Ensemble): Promise<Snapshot[]> {
  const all: Snapshot[] = [];
  for (const { run } of ensemble.members) all.push(await ensemble.snapshot(run));
  return all;
}

/**
 * Ends each network of an ensemble whose own test loss has stopped falling, and keeps its best epoch: `Stopping`, for several at
 * once. It works between two calls of `fit`.
 */
export class ManyStopping {
  readonly #ensemble: Ensemble;
  readonly #patience: number;
  readonly #keeps: boolean;
  readonly #stoppers: readonly Stopper[];
  readonly #best = new Map<number, Best>();
  readonly #ended = new Set<number>();

  private constructor(ensemble: Ensemble, { patience = Infinity, keepsBest }: Settings) {
    this.#ensemble = ensemble;
    this.#patience = patience;
    this.#keeps = keepsBest === true;
    this.#stoppers = ensemble.members.map(() => new Stopper({ on: 'test.loss', patience }));
  }

  /**
   * @param kept the epoch whose weights a network has, by run, if they are those of its best one. Of networks that go on,
   *   early stopping counts the epochs that they have
   */
  static async open(
    ensemble: Ensemble,
    settings: Settings,
    kept: ReadonlyMap<number, number> = new Map(),
  ): Promise<ManyStopping> {
    const stopping = new ManyStopping(ensemble, settings);
    for (const { run, history } of ensemble.members) {
      for (const record of history as readonly EpochRecord[]) stopping.#stoppers[run].take(record);
    }
    if (!stopping.#keeps) return stopping;
    for (const [run, epoch] of kept) {
      stopping.#best.set(run, { epoch, copy: await ensemble.snapshot(run) });
    }
    return stopping;
  }

  /** The runs whose networks were ended for the lack of a lower test loss. */
  get ended(): ReadonlySet<number> {
    return this.#ended;
  }

  /** Takes the records of an epoch that has just ended, by run. */
  async take(records: ReadonlyMap<number, EpochRecord>): Promise<void> {
    const ensemble = this.#ensemble;
    for (const [run, record] of records) {
      const { better, ended } = this.#stoppers[run].take(record);
      if (better && this.#keeps) {
        this.#best.set(run, { epoch: record.epoch, copy: await ensemble.snapshot(run) });
      }
      if (!ended || this.#patience === Infinity || ensemble.members[run].state !== 'training')
        continue;
      ensemble.stop(run);
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
    const ensemble = this.#ensemble;
    const kept = [...this.#best].filter(([run]) => ensemble.members[run].state !== 'diverged');
    if (kept.length === 0) return new Map();
    const now = await copiesOf(ensemble);
    const others = kept.filter(([run, { epoch }]) => {
      const { open, history } = now[run];
      return open || history.length !== epoch;
    });
    if (others.length > 0) {
      const copies = [...now];
      for (const [run, { copy }] of others) copies[run] = { ...now[run], tensors: copy.tensors };
      ensemble.resume(copies);
      // Some may have ended in the epoch that was the last one.
      for (const run of this.#ended) ensemble.stop(run);
    }
    return new Map(kept.map(([run, { epoch }]) => [run, epoch]));
  }
}
