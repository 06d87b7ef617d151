import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import type { Alert } from '../alert.ts';
import { Charts } from '../charts/charts.ts';
import { takeDrops } from '../data/data-drop.ts';
import { copyLink } from '../notebook/copy-link.ts';
import { RunList } from '../notebook/run-list.ts';
import { labelOf, type RunRecord } from '../notebook/run-store.ts';
import type { Remote } from '../remote.ts';
import { say } from '../words/words.ts';
import { AfterRun } from './after-run.ts';
import { Controls } from './controls.ts';
import { Course } from './course.ts';
import { report, wrongText } from './course-text.ts';
import { ImportedWeights } from './imported-weights.ts';
import { NextRun } from './next-run.ts';
import { NumbersView } from './numbers-view.ts';
import { Pacer } from './pacer.ts';
import { Repeat } from './repeat.ts';
import { tell } from './run-progress.ts';
import { hasDataOf, loadedText } from './same-data.ts';
import { showRates } from './train-dialogs.ts';

/** Milliseconds in which a browser opens its store. */
const OPEN_MS = 2_000;

/** The panel in which networks are trained. */
export class TrainView {
  readonly #remote: Remote;
  readonly #alert: Alert;
  readonly #next: NextRun;
  readonly #list: RunList;
  readonly #numbers = new NumbersView();
  readonly #charts: Charts;
  readonly #pacer = new Pacer(() => this.#redraw());
  readonly #course: Course;
  readonly #after: AfterRun;
  readonly #onRuns: () => void;
  /** Once the runs of earlier visits are taken up, or their store does not answer. */
  readonly #opened: Promise<unknown>;

  constructor(
    remote: Remote,
    alert: Alert,
    search: string,
    on: {
      readonly query: (query: string) => void;
      readonly state: (state: LabState) => void;
      /** The notebook's runs may have changed. */
      readonly runs: () => void;
    },
  ) {
    this.#remote = remote;
    this.#alert = alert;
    this.#onRuns = on.runs;
    this.#next = new NextRun(remote, search, {
      query: (query) => {
        this.#expect();
        on.query(query);
      },
      weights: (file) => void imported.take(file),
      fail: (error) => alert.show(error),
      share: (query) => void copyLink(query, report),
    });
    this.#charts = new Charts({
      draw: () => this.#list.draw(this.#charts.strokes),
      over: (key) => this.#list.light(key),
      fail: (error) => alert.show(error),
    });
    this.#list = new RunList({
      draw: () => this.#pacer.now(),
      load: (run) => {
        this.#next.form.load(run.query);
        report(() => loadedText(run, true));
        void this.#compareData(run);
      },
      more: (run) => this.#after.more(run),
      goesOn: (run) => this.#after.goesOn(run),
      busy: () => this.#course.state !== 'ended',
      use: (run) => this.#after.use(run),
      begin: (run) => {
        if (run.weights) this.#next.from.choose({ name: labelOf(run), bytes: run.weights.bytes });
      },
      repeat: (run) => void repeat.repeat(run),
      light: (key) => this.#charts.light(key),
      fail: (error) => alert.show(error),
      report,
    });
    const controls = new Controls({
      start: () => void this.start(),
      pauseOrResume: () =>
        void remote.call(this.#course.state === 'paused' ? 'resume' : 'pause', []),
      stop: () => this.#course.stop(),
      reset: () => this.#reset(),
      findRate: () => {
        if (this.#course.state !== 'ended') return;
        showRates(remote, this.#next).catch((error: Error) => alert.show(error));
      },
    });
    this.#course = new Course({
      ...{ remote, alert, list: this.#list.kept, numbers: this.#numbers },
      redraw: () => this.#pacer.now(),
      onState: (state) => {
        controls.show(state);
        this.#after.show();
        on.state(state);
      },
    });
    this.#after = new AfterRun({
      alert,
      list: this.#list.kept,
      course: this.#course,
      next: this.#next,
    });
    this.#opened = Promise.race([
      this.#list.open(),
      new Promise((end) => setTimeout(end, OPEN_MS)),
    ]);
    const imported = new ImportedWeights({
      ...{ remote, alert, kept: this.#list.kept, course: this.#course, next: this.#next },
      ...{ numbers: this.#numbers, opened: this.#opened },
    });
    const own = takeDrops({
      remote,
      weights: (file) => void imported.take(file),
      runs: (files) => void this.#list.import(files),
      taken: () => alert.hide(),
      busy: () => this.#course.state !== 'ended',
      start: () => void this.start(),
      fail: (error) => alert.show(error),
    });
    const repeat = new Repeat({
      ...{ remote, alert, own, form: this.#next.form },
      runs: () => this.#list.kept.runs,
      busy: () => this.#course.state !== 'ended',
      group: () => this.#charts.group(),
      start: () => void this.start(),
    });
    addEventListener('beforeunload', (event) => {
      if (this.#course.state !== 'ended') event.preventDefault();
    });
    controls.show('ended');
    this.#expect();
  }

  /** The runs of the notebook, the last one last. */
  get runs(): readonly RunRecord[] {
    return this.#list.kept.runs;
  }

  get query(): string {
    return this.#next.form.query;
  }

  /** Names of the settings that are wrong. */
  get wrong(): readonly string[] {
    return this.#next.form.wrongNames;
  }

  /** The run that is trained, or was trained last. */
  get trained(): RunRecord | undefined {
    return this.#course.runs[0];
  }

  /** Whether several networks are trained, or were trained last. */
  get several(): boolean {
    return this.#course.several;
  }

  /** Trains with the form's settings. */
  async start(): Promise<void> {
    if (this.#course.state !== 'ended') return;
    this.#alert.hide();
    const onRight = (): void => {
      if (this.#course.state === 'ended') report(() => say('Ready.'));
    };
    const wrong = this.#next.form.wrong(onRight);
    if (wrong !== undefined) {
      report(() => wrongText(wrong));
      return;
    }
    // A number that is given before could be that of a run of an earlier visit.
    await this.#opened;
    if (this.#course.state !== 'ended') return;
    let begun: ReturnType<NextRun['begin']>;
    try {
      begun = this.#next.begin(this.#list.kept);
    } catch (error) {
      this.#alert.show(error as Error);
      report(() => say('Nothing was started.'));
      return;
    }
    const { runs, place, epochs, train } = begun;
    this.#numbers.learns(this.#next.measure);
    await this.#course.train(runs, epochs, train);
    // Imported weights that could not be trained are in the list again.
    if (place && runs[0].state === 'failed' && runs[0].history.length === 0) {
      this.#list.kept.add(place);
      this.#list.kept.ended(place);
      this.#pacer.now();
    }
  }

  /** Says of settings that were loaded which data they were for, if there are others. */
  async #compareData(run: RunRecord): Promise<void> {
    const { query } = this.#next.form;
    const isHere = await hasDataOf(run, this.#remote).catch(() => true);
    // The form may be another by now.
    if (!isHere && query === this.#next.form.query) report(() => loadedText(run, false));
  }

  /** Says what the next run is measured in: in the tiles, too, if they have no run's numbers. */
  #expect(): void {
    const { measure } = this.#next;
    if (this.#course.runs.length === 0) this.#numbers.learns(measure);
    this.#charts.expect(measure);
    this.#list.expect(measure);
  }

  #reset(): void {
    if (this.#course.state !== 'ended') return;
    this.#next.from.choose(undefined);
    this.#alert.hide();
    this.#course.forget();
    this.#expect();
    for (const run of this.#list.kept.runs) run.shown = false;
    report(() => say('Ready.'));
    this.#pacer.now();
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    const { runs } = this.#course;
    tell(runs, event, {
      list: this.#list.kept,
      numbers: this.#numbers,
      kept: () => this.#course.kept(),
      draw: () => this.#pacer.now(),
      drawSoon: () => this.#pacer.soon(runs[0]?.adapter?.software ?? false),
    });
    this.#course.event(event);
  }

  #redraw(): void {
    this.#numbers.draw(this.several);
    this.#after.show();
    this.#charts.draw(this.#list.kept.runs);
    this.#list.draw(this.#charts.strokes);
    this.#onRuns();
  }
}
