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
  readonly had: number;
  readonly #step: number | undefined;
  #isNoted = false;

  /** Marks the run as one that is trained. */
  constructor(run: RunRecord, epochs: number) {
    this.run = run;
    this.#epochs = epochs;
    this.#before = { epochs: run.epochs, state: run.state };
    this.had = run.history.length;
    this.#step = run.weights?.step;
    run.adding = { epochs, before: this.#before };
    run.epochs = this.had + epochs;
    run.state = 'running';
    run.shown = true;
  }

  /** What the worker is asked. */
  get wish(): MoreWish {
    const { key, query, history, kept, dataset, weights } = this.run;
    return {
      ...{ key, query, epochs: this.#epochs, history, kept },
      ...{ sha256: dataset?.sha256, weights: weights?.bytes },
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
    if (history.length === this.had && weights?.step === this.#step) {
      Object.assign(this.run, this.#before);
      delete this.run.adding;
    } else this.note(anew);
  }
}
