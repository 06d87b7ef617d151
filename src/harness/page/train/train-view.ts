import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import { type Alert, saidError } from '../alert.ts';
import { Charts } from '../charts/charts.ts';
import { takeDrops } from '../data/data-drop.ts';
import { byId } from '../dom.ts';
import { RunList } from '../notebook/run-list.ts';
import { canGoOn, labelOf, type RunRecord } from '../notebook/run-store.ts';
import { repeatText } from '../notebook/run-words.ts';
import { fiveSeeds, MORE_SEEDS, moreSeeds, withSeeds } from '../notebook/seeds.ts';
import type { Remote } from '../remote.ts';
import { SettingsForm } from '../settings/settings-form.ts';
import { say } from '../words/words.ts';
import { Controls } from './controls.ts';
import { Course, report } from './course.ts';
import { MoreEpochs } from './more.ts';
import { newRuns } from './new-runs.ts';
import { NumbersView } from './numbers-view.ts';
import { Pacer } from './pacer.ts';
import { tell } from './run-progress.ts';
import { StartingWeights } from './starting-weights.ts';
import { TextField } from './text-field.ts';

/** The panel in which networks are trained. */
export class TrainView {
  readonly #remote: Remote;
  readonly #alert: Alert;
  readonly #form: SettingsForm;
  readonly #text: TextField;
  readonly #list: RunList;
  readonly #numbers = new NumbersView();
  readonly #charts: Charts;
  readonly #pacer = new Pacer(() => this.#redraw());
  readonly #from = new StartingWeights((file) => void this.#takeWeights(file));
  readonly #moreEpochs = new MoreEpochs(
    () => this.#more(),
    () => this.#shown(this.#use()),
  );
  readonly #course: Course;
  readonly #onRuns: () => void;

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
    this.#form = new SettingsForm(
      byId('settings', HTMLFormElement),
      search,
      (query) => {
        byId('share', HTMLAnchorElement).href = `?${query}`;
        on.query(query);
      },
      (query) => remote.call('networksIn', [query]),
    );
    byId('share', HTMLAnchorElement).href = `?${this.#form.query}`;
    this.#charts = new Charts({
      draw: () => this.#list.draw(this.#charts.colours),
      over: (key) => this.#list.light(key),
      fail: (error) => alert.show(error),
    });
    this.#list = new RunList({
      draw: () => this.#pacer.now(),
      load: (run) => {
        this.#form.load(run.query);
        report(() => say('The settings are those of {run}.', { run: labelOf(run) }));
      },
      more: (run) => this.#more(run),
      busy: () => this.#course.state !== 'ended',
      use: (run) => this.#shown(this.#use(run)),
      begin: (run) => {
        if (run.weights) this.#from.choose({ name: labelOf(run), bytes: run.weights.bytes });
      },
      repeat: (run) => this.#repeat(run),
      light: (key) => this.#charts.light(key),
      fail: (error) => alert.show(error),
      report,
    });
    const controls = new Controls({
      start: () => void this.start(),
      pauseOrResume: () =>
        void remote.call(this.#course.state === 'paused' ? 'resume' : 'pause', []),
      stop: () => {
        report(() => say('Stopping…'));
        void remote.call('stop', []);
      },
      reset: () => this.#reset(),
      findRate: () => this.#shown(this.#findRate()),
    });
    this.#course = new Course({
      ...{ remote, alert, list: this.#list, numbers: this.#numbers },
      redraw: () => this.#pacer.now(),
      onState: (state) => {
        controls.show(state);
        this.#moreEpochs.show(this.#latest);
        on.state(state);
      },
      onBadStart: () => this.#from.choose(undefined),
    });
    void this.#list.open();
    this.#text = new TextField((error) => alert.show(error));
    takeDrops({
      remote,
      weights: (file) => void this.#takeWeights(file),
      runs: (files) => void this.#list.import(files),
      taken: () => alert.hide(),
      busy: () => this.#course.state !== 'ended',
      start: () => void this.start(),
      fail: (error) => alert.show(error),
    });
    byId('share').addEventListener('click', (event) => {
      event.preventDefault();
      void this.#list.copyLink(this.#form.query);
    });
    byId('more-seeds').addEventListener('click', () =>
      this.#form.load(fiveSeeds(this.#form.query)),
    );
    addEventListener('beforeunload', (event) => {
      if (this.#course.state !== 'ended') event.preventDefault();
    });
    controls.show('ended');
  }

  /** The runs of the notebook, the last one last. */
  get runs(): readonly RunRecord[] {
    return this.#list.runs;
  }

  get query(): string {
    return this.#form.query;
  }

  /** The run that is trained, or was trained last. */
  get trained(): RunRecord | undefined {
    return this.#course.runs[0];
  }

  /** Whether several networks are trained, or were trained last. */
  get several(): boolean {
    return this.#course.several;
  }

  /**
   * Trains with the form's settings.
   *
   * @param hold starts paused, to look inside or to resume
   */
  async start(hold = false): Promise<void> {
    if (this.#course.state !== 'ended') return;
    this.#alert.hide();
    const onRight = (): void => {
      if (this.#course.state === 'ended') report(() => say('Ready.'));
    };
    if (!this.#form.settled(onRight)) {
      report(() => say('A setting is wrong. Its field says why.'));
      return;
    }
    const { query } = this.#form;
    const values = this.#form.read();
    let runs: readonly RunRecord[];
    try {
      runs = newRuns(this.#list.next, titleOf(values.model, values.layers), query, values);
    } catch (error) {
      this.#alert.show(error as Error);
      report(() => say('Failed.'));
      return;
    }
    await this.#course.train(runs, Number(values.epochs), async () => {
      await this.#remote.call('useText', [this.#text.given]);
      return this.#remote.call('train', [query, this.#from.bytes, hold, runs[0].key]);
    });
  }

  /** What was trained last, if nothing is trained now, without what was deleted. */
  get #latest(): readonly RunRecord[] {
    if (this.#course.state !== 'ended') return [];
    return this.#course.runs.filter((run) => this.#list.runs.includes(run));
  }

  /** Trains a run's settings with more seeds, and draws all of them as one. */
  #repeat(run: RunRecord): void {
    this.#form.load(withSeeds(run.query, moreSeeds(run, this.#list.runs, MORE_SEEDS)));
    this.#charts.group();
    if (this.#course.state === 'ended') void this.start();
    else report(() => repeatText(run));
  }

  /** Gives a run more epochs; the latest one if none is named. */
  #more(run: RunRecord | undefined = this.#latest[0]): void {
    if (this.#course.state !== 'ended' || !run || !canGoOn(run)) return;
    this.#alert.hide();
    const { count } = this.#moreEpochs;
    if (count === undefined) {
      report(() => this.#moreEpochs.problem ?? '');
      return;
    }
    void this.#course.more(run, count, () => this.#remote.call('useText', [this.#text.given]));
  }

  /** Shows what a run's model can be used with; the latest one's if none is named. */
  async #use(
    run: RunRecord | undefined = this.#latest.find(({ weights }) => weights),
  ): Promise<void> {
    if (!run) return;
    const { openUse } = await import('../use/use-dialog.ts');
    openUse(run, (error) => this.#alert.show(error));
  }

  /** Says if a dialog's code could not be loaded. */
  #shown(opening: Promise<void>): void {
    opening.catch((error: Error) => this.#alert.show(error));
  }

  /** Looks for a learning rate of the form's settings. */
  async #findRate(): Promise<void> {
    if (this.#course.state !== 'ended' || !this.#form.settled()) return;
    const { openRates } = await import('./rate-dialog.ts');
    openRates(
      this.#remote,
      this.#form.query,
      () => this.#remote.call('useText', [this.#text.given]),
      (rate) => this.#form.set('lr', rate),
    );
  }

  #reset(): void {
    if (this.#course.state !== 'ended') return;
    this.#from.choose(undefined);
    this.#alert.hide();
    this.#course.forget();
    for (const run of this.#list.runs) run.shown = false;
    report(() => say('Ready.'));
    this.#pacer.now();
  }

  async #takeWeights(file: File): Promise<void> {
    if (this.#course.state !== 'ended') {
      const said = (): string =>
        say('{file} was not taken: a run is in progress. Stop it, then give the file again', {
          file: file.name,
        });
      this.#alert.show(saidError('DataError', said));
      return;
    }
    this.#from.choose({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    // Paused at once: the weights can be inspected, and a file that does not fit is reported.
    void this.start(true);
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    const { runs } = this.#course;
    tell(runs, event, {
      list: this.#list,
      numbers: this.#numbers,
      kept: () => this.#course.kept(),
      draw: () => this.#pacer.now(),
      drawSoon: () => this.#pacer.soon(runs[0]?.adapter?.software ?? false),
    });
    this.#course.event(event);
  }

  #redraw(): void {
    this.#numbers.draw(this.several);
    this.#moreEpochs.show(this.#latest);
    this.#charts.draw(this.#list.runs);
    this.#list.draw(this.#charts.colours);
    this.#onRuns();
  }
}

/** What a run is called: by its network, or by its widths if they are others. */
function titleOf(model: string, layers: string): string {
  const known = layers.replace(/\s/g, '');
  const network = factsNamed(model);
  const [{ title }, widths] = [network, widthsOf(network)];
  return !widths || known === widths.join(',') ? title : known.replaceAll(',', '–');
}
