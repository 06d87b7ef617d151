import type { LabOutcome } from '../../worker/lab.ts';
import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import type { Alert } from '../alert.ts';
import { byId } from '../dom.ts';
import type { RunList } from '../notebook/run-list.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { saveWeights } from '../notebook/runs-table.ts';
import { counted, loss, percent, whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { doneText } from './new-runs.ts';
import type { NumbersView } from './numbers-view.ts';
import { isSeveral } from './run-progress.ts';

const STATUS: Readonly<Record<LabState, string>> = {
  preparing: 'Preparing: data, kernels…',
  running: 'Training.',
  pausing: 'Pausing…',
  paused: 'Paused.',
  ended: 'Done.',
};

/** Milliseconds between two copies of the weights while a run is trained. */
const WEIGHTS_MS = 10_000;

/** What the panel says of what it does. */
export const say = (text: string): void => {
  byId('status').textContent = text;
};

/** What the course of a run works with. */
interface Parts {
  readonly remote: Remote;
  readonly alert: Alert;
  readonly list: RunList;
  readonly numbers: NumbersView;
  readonly redraw: () => void;
  readonly onState: (state: LabState) => void;
  /** A run failed before its first epoch. */
  readonly onBadStart: () => void;
}

/** What is trained, from the start to what is kept at its end. */
export class Course {
  readonly #parts: Parts;
  /** What is trained, or was trained last: a run for each setting of which there are several. */
  #runs: readonly RunRecord[] = [];
  #state: LabState = 'ended';
  #weightsAt = 0;
  /** What is said of weights that were given, until they are trained on. */
  #tested = '';

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  get state(): LabState {
    return this.#state;
  }

  /** Whether several networks are trained, or were trained last. */
  get several(): boolean {
    return isSeveral(this.#runs);
  }

  /** Nothing is trained, nor was. */
  forget(): void {
    this.#runs = [];
    this.#clear();
  }

  #clear(): void {
    this.#parts.numbers.clear();
    byId('written').hidden = true;
  }

  /**
   * Trains.
   *
   * @param runs what is trained
   * @param epochs how many each run has in the end
   * @param work asks the worker
   */
  async train(
    runs: readonly RunRecord[],
    epochs: number,
    work: () => Promise<LabOutcome>,
  ): Promise<void> {
    const { list, numbers, redraw, onBadStart } = this.#parts;
    this.#runs = runs;
    this.#tested = '';
    this.#clear();
    this.#setState('preparing');
    try {
      const outcome = await work();
      const done = outcome.history.length === epochs;
      for (const run of runs) run.state = done ? 'done' : 'stopped';
      const best = runs.find(({ networks }) => networks.some(({ run }) => run === outcome.best));
      if (best) best.best = outcome.best;
      await this.#keepWeights(best ?? runs[0]);
      const all = counted(epochs, 'epoch');
      say(done ? doneText(runs, outcome) : `Stopped after ${outcome.history.length} of ${all}.`);
    } catch (error) {
      for (const run of runs) run.state = 'failed';
      // A file that does not fit would not fit the next time either.
      if (runs[0].history.length === 0) onBadStart();
      await this.#fail(runs[0], error);
    } finally {
      for (const run of runs) list.ended(run);
      this.#setState('ended');
      redraw();
      numbers.ended(runs.reduce((sum, run) => sum + run.seconds, 0));
    }
  }

  async #fail(run: RunRecord, error: unknown): Promise<void> {
    const { alert, list } = this.#parts;
    const shown = error instanceof Error ? error : new Error(String(error));
    // If the run did not start, the worker still has the previous run's network.
    if (list.runs.includes(run)) await this.#keepWeights(run);
    const { weights } = run;
    const left = weights?.step
      ? `. The weights of step ${whole(weights.step)} can still be saved`
      : '';
    alert.show(
      { name: shown.name, message: shown.message + left },
      weights?.step ? () => saveWeights(run) : undefined,
    );
    say('Failed.');
  }

  async #keepWeights(run: RunRecord): Promise<void> {
    const { remote, list } = this.#parts;
    try {
      run.weights = await remote.call('weights', []);
      list.keepWeights(run);
    } catch {
      // If the run failed before it started, there are none.
    }
  }

  /** Keeps what there is after an epoch, so that little is lost if the tab ends. */
  kept(): void {
    for (const run of this.#runs) this.#parts.list.keep(run);
    const now = performance.now();
    if (this.several || now - this.#weightsAt < WEIGHTS_MS) return;
    this.#weightsAt = now;
    void this.#keepWeights(this.#runs[0]);
  }

  /** Handles what the worker says of the run as a whole; see `tell` for its numbers. */
  event(event: LabEvent): void {
    switch (event.type) {
      case 'state':
        for (const run of this.#runs) {
          if (event.state === 'paused' || event.state === 'running') run.state = event.state;
        }
        if (event.state !== 'ended') this.#setState(event.state);
        if (event.state === 'paused') this.#parts.redraw();
        break;
      case 'tested':
        this.#tested = `These weights: test loss ${loss(event.test.loss)}${event.test.accuracy === null ? '' : `, test accuracy ${percent(event.test.accuracy)}`}.`;
        break;
      case 'note':
        say(event.text);
        break;
      case 'error':
        // A device was lost while nothing ran; a run would fail on its own.
        if (this.#state === 'ended' || this.#state === 'paused') this.#parts.alert.show(event);
        break;
    }
  }

  #setState(state: LabState): void {
    this.#state = state;
    if (state === 'paused') this.#parts.numbers.paused(this.several);
    const many = state === 'running' && this.several;
    const text = `Training ${this.#runs[0]?.together} networks at once. The numbers are their means.`;
    const tested = state === 'paused' && this.#tested !== '' ? ` ${this.#tested}` : '';
    if (state !== 'ended') say((many ? text : STATUS[state]) + tested);
    if (state === 'running') this.#tested = '';
    this.#parts.onState(state);
  }
}
