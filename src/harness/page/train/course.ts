import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import type { LabOutcome } from '../../worker/lab-outcome.ts';
import { ANEW } from '../../worker/more-notes.ts';
import type { Alert } from '../alert.ts';
import { byId } from '../dom.ts';
import { measureOfRun } from '../measure.ts';
import type { KeptRuns } from '../notebook/kept-runs.ts';
import { countedRecords } from '../notebook/run-epochs.ts';
import { saveWeights } from '../notebook/run-saves.ts';
import { canGoOn, keptRecord, labelOf, type RunRecord } from '../notebook/run-store.ts';
import { whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { say, sayOf } from '../words/words.ts';
import { Addition } from './addition.ts';
import { cutTexts, report, reportState } from './course-text.ts';
import { GpuLoss } from './gpu-loss.ts';
import type { NumbersView } from './numbers-view.ts';
import { takeOutcome } from './run-outcome.ts';
import { isSeveral } from './run-progress.ts';
import { Trained } from './trained.ts';
import { WeightsCopy } from './weights-copy.ts';

/** What the course of a run works with. */
interface Parts {
  readonly remote: Remote;
  readonly alert: Alert;
  readonly list: KeptRuns;
  readonly numbers: NumbersView;
  readonly redraw: () => void;
  readonly onState: (state: LabState) => void;
}

/** What is trained, from the start to what is kept at its end. */
export class Course {
  readonly #parts: Parts;
  readonly #weights: WeightsCopy;
  #trained = new Trained([]);
  /** Whether the panel shows it no more. The worker has it still. */
  #isForgotten = false;
  #state: LabState = 'ended';
  readonly #loss: GpuLoss;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#loss = new GpuLoss(parts.alert);
    this.#weights = new WeightsCopy(parts.remote, parts.list);
  }

  /** What is trained, or was trained last; nothing once it is forgotten. */
  get runs(): readonly RunRecord[] {
    return this.#isForgotten ? [] : this.#trained.runs;
  }

  /** What the worker trains, or has trained last. */
  get latest(): readonly RunRecord[] {
    return this.#trained.runs;
  }

  get state(): LabState {
    return this.#state;
  }

  /** Whether several networks are trained, or were trained last. */
  get several(): boolean {
    return isSeveral(this.runs);
  }

  /** The panel is as if nothing had been trained. What was trained last can still be given more epochs, from the list. */
  forget(): void {
    this.#isForgotten = true;
    this.#clear();
  }

  /** Shows a run that was not trained here as what was trained last. */
  show(run: RunRecord): void {
    this.#trained = new Trained([run]);
    this.#isForgotten = false;
    this.#clear();
  }

  /** Lets the page wait for work of the worker that is no training. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#setState('preparing');
    try {
      return await work();
    } finally {
      this.#setState('ended');
      this.#parts.redraw();
    }
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
   * @param additions of those that have been trained before and go on: the others have ended
   */
  async train(
    runs: readonly RunRecord[],
    epochs: number,
    work: () => Promise<LabOutcome>,
    additions: readonly Addition[] = [],
  ): Promise<void> {
    const { list, numbers, redraw } = this.#parts;
    const trained = new Trained(runs, epochs, additions);
    this.#trained = trained;
    this.#isForgotten = false;
    this.#clear();
    numbers.drops(runs[0]);
    if (runs[0].dataset) numbers.learns(measureOfRun(runs[0]), runs[0].dataset.number);
    this.#setState('preparing');
    for (const run of list.runs) run.held = false;
    redraw();
    try {
      const outcome = await work();
      trained.ended(outcome);
      const { history } = runs[0];
      const kept = keptRecord({ history, kept: outcome.kept });
      if (kept && kept !== history.at(-1)) numbers.kept(kept);
      await this.#weights.take(takeOutcome(runs, outcome), runs[0].key);
      report(trained.endText(outcome));
    } catch (error) {
      const { left } = trained;
      await this.#fail(left ? takeOutcome(runs, left) : runs[0], error);
      trained.failed(error);
    } finally {
      for (const run of trained.going) list.ended(run);
      this.#setState('ended');
      redraw();
      // As in the list: of networks whose best epochs are kept, those.
      if (this.several) numbers.results(countedRecords(runs, keptRecord));
      numbers.ended(runs.reduce((sum, run) => sum + run.seconds, 0));
    }
  }

  /**
   * Gives a run more epochs, from where it is; of several networks, those of all runs that were started with it and can go on.
   *
   * @param before what the worker is told first
   */
  async more(run: RunRecord, epochs: number, before: () => Promise<unknown>): Promise<void> {
    const { remote, list } = this.#parts;
    const several = isSeveral([run]);
    const runs = several ? this.latest : [run];
    const going = runs.filter(canGoOn);
    this.#setState('preparing');
    for (const [i, one] of going.entries()) {
      if (await list.claim(one)) continue;
      for (const claimed of going.slice(0, i)) list.ended(claimed);
      this.#setState('ended');
      report(() => say('Another tab trains {run}, or has deleted it.', { run: labelOf(one) }));
      return;
    }
    const additions = going.map((one) => new Addition(one, epochs));
    for (const one of going) list.add(one);
    const [{ wish }] = additions;
    const ask = async (): Promise<LabOutcome> => {
      await before();
      // The worker knows several networks by the first run.
      return remote.call('more', [several ? { ...wish, key: runs[0].key, several } : wish]);
    };
    await this.train(runs, going[0].epochs, ask, additions);
  }

  async #fail(run: RunRecord, error: unknown): Promise<void> {
    const { alert, list } = this.#parts;
    const shown = error instanceof Error ? error : new Error(String(error));
    // If the run did not start, the worker still has the previous run's network.
    if (list.runs.includes(run)) await this.#weights.take(run, this.latest[0]?.key);
    const { weights } = run;
    const step = weights?.step;
    alert.show(shown, step ? () => saveWeights(run) : undefined, () =>
      step ? say('. The weights of step {step} can still be saved', { step: whole(step) }) : '',
    );
    // Settings or data that cannot be are told of before anything is done.
    const isStarted = list.runs.includes(run) || !['OptionError', 'DataError'].includes(shown.name);
    report(() => (isStarted ? say('Failed.') : say('Nothing was started.')));
  }

  /** Keeps what there is after an epoch, so that little is lost if the tab ends. */
  kept(): void {
    const { runs, going } = this.#trained;
    this.#trained.begun();
    for (const run of going) this.#parts.list.keep(run);
    if (!this.several) this.#weights.offer(runs[0]);
  }

  /** Handles what the worker says of the run as a whole; see `tell` for its numbers. */
  event(event: LabEvent): void {
    const trained = this.#trained;
    switch (event.type) {
      case 'state':
        trained.say(event.state);
        if (event.state !== 'ended') this.#setState(event.state);
        // The list says it, too.
        if (event.state === 'paused' || event.state === 'running') this.#parts.redraw();
        break;
      case 'note':
        trained.isAnew ||= event.text === ANEW;
        report(this.#noted(event.text));
        break;
      case 'cut':
        trained.cut(event.epochs);
        report(() => cutTexts(trained.additions).join(' '));
        break;
      case 'left':
        trained.left = event;
        break;
      case 'error':
        // A device was lost while nothing ran; a run would fail on its own.
        if (this.#state === 'ended' || this.#state === 'paused') this.#loss.say(event, this.#state);
        break;
    }
  }

  /** Ends what is trained. */
  stop(): void {
    this.#trained.isStopping = true;
    report(() => say('Stopping…'));
    void this.#parts.remote.call('stop', []);
  }

  /** A note, which takes the place of what the run is asked for: that is still said. */
  #noted(text: string): () => string {
    const { isStopping } = this.#trained;
    const isPausing = this.#state === 'pausing';
    return () => {
      const asked = isStopping ? say('Stopping…') : isPausing ? say('Pausing…') : '';
      return asked === '' ? sayOf(text) : `${sayOf(text)} ${asked}`;
    };
  }

  #setState(state: LabState): void {
    this.#state = state;
    this.#loss.follow(state);
    if (state === 'paused') this.#parts.numbers.paused(this.several);
    const count = this.several ? this.latest[0].together : 1;
    if (state !== 'ended') reportState(state, count);
    this.#parts.onState(state);
  }
}
