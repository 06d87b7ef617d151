import { SCHEDULE_FACTS, type ScheduleName } from '../../tasks/schedule-facts.ts';
import { usualValues } from '../../tasks/usual-values.ts';
import type { MoreWish } from '../../worker/more-epochs.ts';
import type { RunRecord } from '../notebook/run-store.ts';

/** Epochs that a run is given later. Its record tells of them from the first one on, so that it stays true if the tab ends. */
export class Addition {
  readonly run: RunRecord;
  readonly #epochs: number;
  readonly #before: Pick<RunRecord, 'epochs' | 'state'>;
  /** Epochs before. */
  #had: number;
  readonly #step: number | undefined;
  #isNoted = false;
  /** What the run had before it was cut to what its weights have gone through. */
  #uncut: Pick<RunRecord, 'history' | 'live' | 'networks' | 'seconds' | 'spreads'> | undefined;

  /** Marks the run as one that is trained. */
  constructor(run: RunRecord, epochs: number) {
    this.run = run;
    this.#epochs = epochs;
    this.#before = { epochs: run.epochs, state: run.state };
    this.#had = run.history.length;
    this.#step = run.weights?.step;
    run.adding = { epochs, before: this.#before };
    run.epochs = this.#had + epochs;
    run.state = 'running';
    run.shown = true;
  }

  /** Epochs before. */
  get had(): number {
    return this.#had;
  }

  /** How many epochs were left out, as they came after the stored weights. */
  get lost(): number {
    return (this.#uncut?.history.length ?? this.#had) - this.#had;
  }

  /** Leaves out what came after the weights that the run goes on from. @param epochs that they have gone through */
  cut(epochs: number): void {
    const { run } = this;
    const { history, live, networks, seconds, spreads } = run;
    if (epochs >= history.length) return;
    this.#uncut = {
      ...{ history: [...history], live: [...live], seconds, spreads: [...spreads] },
      networks: networks.map((network) => ({ ...network, history: [...network.history] })),
    };
    const left = history.splice(epochs);
    for (const network of networks) network.history.splice(epochs);
    const later = spreads.findIndex((spread) => spread.epoch > epochs);
    if (later >= 0) spreads.splice(later);
    run.seconds -= left.reduce((sum, record) => sum + record.seconds, 0);
    const first = live.findIndex((point) => point.epoch > epochs);
    if (first >= 0) live.splice(first);
    this.#had = epochs;
    run.epochs = epochs + this.#epochs;
  }

  /** What the worker is asked. */
  get wish(): MoreWish {
    const { key, query, history, kept, dataset, weights } = this.run;
    return {
      ...{ key, query, epochs: this.#epochs, history, kept },
      ...{ sha256: dataset?.sha256, weights: weights?.bytes, step: weights?.step },
    };
  }

  /**
   * Some of them are trained: notes how, once.
   *
   * @param anew whether from stored weights, with a new optimizer
   */
  note(anew: boolean): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    const run = this.run;
    delete run.adding;
    // The best epoch's weights are gone once the run goes on: those that are stored go on from there if the tab ends.
    if (run.history.length > this.#had) run.kept = undefined;
    const query = new URLSearchParams(run.query);
    const model = query.get('model') ?? '2';
    const schedule = (query.get('schedule') ?? usualValues(model).schedule) as ScheduleName;
    // Then one run of all epochs is the same.
    if (!anew && !SCHEDULE_FACTS[schedule].ends && !query.has('keep') && !query.has('patience')) {
      query.set('epochs', String(run.epochs));
      run.query = query.toString();
    } else run.more = [...(run.more ?? []), { epochs: this.#epochs, anew }];
  }

  /** They could not be trained to their end: if none was begun, the run is as it was. */
  failed(anew: boolean): void {
    const { history, weights } = this.run;
    if (history.length === this.#had && weights?.step === this.#step) {
      Object.assign(this.run, this.#uncut, this.#before);
      delete this.run.adding;
    } else this.note(anew);
  }
}
