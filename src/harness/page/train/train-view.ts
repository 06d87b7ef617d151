import { FASHION_MNIST } from '../../../data/fashion-mnist.ts';
import { PAPER_TABLE, TABLE_LOSS } from '../../../paper/table.ts';
import { factsNamed, widthsOf } from '../../tasks/network-facts.ts';
import type { LabEvent, LabState } from '../../worker/lab-event.ts';
import type { Alert } from '../alert.ts';
import { Chart, type Reference } from '../charts/chart.ts';
import { takeDrops } from '../data/data-drop.ts';
import { byId } from '../dom.ts';
import { RunList } from '../notebook/run-list.ts';
import { addEpoch, addPoint, labelOf, type RunRecord } from '../notebook/run-store.ts';
import { saveWeights } from '../notebook/runs-table.ts';
import { counted, loss, percent, whole } from '../numbers.ts';
import type { Remote } from '../remote.ts';
import { SettingsForm } from '../settings/settings-form.ts';
import { doneText, newRuns } from './new-runs.ts';
import { NumbersView, placeOf } from './numbers-view.ts';
import { TextField } from './text-field.ts';

/** Milliseconds between two redraws of the charts. On software adapters, drawing slows training down. */
const DRAW_MS = { gpu: 250, software: 4000 } as const;

const STATUS: Readonly<Record<LabState, string>> = {
  preparing: 'Preparing: data, kernels…',
  running: 'Training.',
  pausing: 'Pausing…',
  paused: 'Paused.',
  ended: 'Done.',
};

/** The paper's figures for the shown models, if they train on the paper's data. Its losses are cross-entropies. */
function tableOne(
  runs: readonly RunRecord[],
  what: 'loss' | 'accuracy',
  text: (value: number) => string,
): Reference[] {
  const shown = runs.filter(
    ({ loss, dataset }) =>
      dataset?.name === FASHION_MNIST && (what === 'accuracy' || loss === TABLE_LOSS),
  );
  return PAPER_TABLE.filter(({ model }) =>
    shown.some(({ title }) => title === `Model ${model}`),
  ).map((row) => ({ y: row[what], label: `Table I, Model ${row.model}: ${text(row[what])}` }));
}

/** Start a run, and take its place. */
const CONTROLS = ['start', 'pause', 'stop'] as const;

/** Milliseconds between two copies of the weights while a run is trained. */
const WEIGHTS_MS = 10_000;

/** The panel in which networks are trained. */
export class TrainView {
  readonly #remote: Remote;
  readonly #alert: Alert;
  readonly #form: SettingsForm;
  readonly #charts: readonly Chart[];
  readonly #text: TextField;
  readonly #list: RunList;
  readonly #numbers = new NumbersView();
  readonly #onState: (state: LabState) => void;
  /** What is trained, or was trained last: a run for each setting of which there are several. */
  #now: readonly RunRecord[] = [];
  #state: LabState = 'ended';
  #from: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  #weightsAt = 0;
  /** Whether a button of {@link CONTROLS} had the focus before all were disabled. */
  #focus = false;
  /** What is said of weights that were given, until they are trained on. */
  #tested = '';
  #drawAt = 0;
  #drawing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    remote: Remote,
    alert: Alert,
    search: string,
    on: { readonly query: (query: string) => void; readonly state: (state: LabState) => void },
  ) {
    this.#remote = remote;
    this.#alert = alert;
    this.#onState = on.state;
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
    const short = (value: number): string => String(Number(value.toPrecision(3)));
    this.#charts = [
      new Chart(byId('chart-loss'), {
        title: 'Loss',
        of: (point) => point.loss,
        format: short,
        references: (runs) => tableOne(runs, 'loss', String),
      }),
      new Chart(byId('chart-accuracy'), {
        title: 'Accuracy',
        of: (point) => point.accuracy,
        format: (value) => `${short(100 * value)}%`,
        references: (runs) => tableOne(runs, 'accuracy', percent),
      }),
    ];
    this.#list = new RunList({
      draw: () => this.#draw(),
      load: (run) => {
        this.#form.load(run.query);
        byId('status').textContent = `The settings are those of ${labelOf(run)}.`;
      },
      begin: (run) => {
        if (run.weights) this.#begin({ name: labelOf(run), bytes: run.weights.bytes });
      },
      fail: (error) => alert.show(error),
      say: (text) => {
        byId('status').textContent = text;
      },
    });
    void this.#list.open();
    byId('png-loss').addEventListener('click', () => this.#charts[0].savePng());
    byId('png-accuracy').addEventListener('click', () => this.#charts[1].savePng());
    byId('start').addEventListener('click', () => void this.start());
    byId('pause').addEventListener('click', () => this.#pauseOrResume());
    byId('stop').addEventListener('click', () => this.#stop());
    byId('reset').addEventListener('click', () => this.#reset());
    byId('from-clear').addEventListener('click', () => this.#begin(undefined));
    const weights = byId('import', HTMLInputElement);
    weights.addEventListener('change', () => {
      const file = weights.files?.[0];
      weights.value = '';
      if (file) void this.#takeWeights(file);
    });
    this.#text = new TextField((error) => alert.show(error));
    takeDrops({
      remote,
      weights: (file) => void this.#takeWeights(file),
      runs: (files) => void this.#list.import(files),
      taken: () => alert.hide(),
      fail: (error) => alert.show(error),
    });
    byId('share').addEventListener('click', (event) => {
      event.preventDefault();
      void this.#list.copyLink(this.#form.query);
    });
    addEventListener('beforeunload', (event) => {
      if (this.#state !== 'ended') event.preventDefault();
    });
    this.#buttons();
  }

  get query(): string {
    return this.#form.query;
  }

  /** Whether several networks are trained, or were trained last. */
  get several(): boolean {
    return this.#now.some(({ networks }) => networks.length > 0);
  }

  /**
   * Trains with the form's settings.
   *
   * @param hold starts paused, to look inside or to resume
   */
  async start(hold = false): Promise<void> {
    if (this.#state !== 'ended') return;
    this.#alert.hide();
    if (!this.#form.settled()) {
      byId('status').textContent = 'A setting is wrong. Its field says why.';
      return;
    }
    const { query } = this.#form;
    const values = this.#form.read();
    let runs: readonly RunRecord[];
    try {
      runs = newRuns(this.#list.next, this.#title(values.model, values.layers), query, values);
    } catch (error) {
      this.#alert.show(error as Error);
      byId('status').textContent = 'Failed.';
      return;
    }
    this.#now = runs;
    this.#tested = '';
    this.#clear();
    this.#setState('preparing');
    try {
      await this.#remote.call('useText', [this.#text.given]);
      const outcome = await this.#remote.call('train', [query, this.#from?.bytes, hold]);
      const done = outcome.history.length === Number(values.epochs);
      for (const run of runs) run.state = done ? 'done' : 'stopped';
      const best = runs.find(({ networks }) => networks.some(({ run }) => run === outcome.best));
      if (best) best.best = outcome.best;
      await this.#keepWeights(best ?? runs[0]);
      byId('status').textContent = done
        ? doneText(runs, outcome)
        : `Stopped after ${outcome.history.length} of ${counted(Number(values.epochs), 'epoch')}.`;
    } catch (error) {
      for (const run of runs) run.state = 'failed';
      // A file that does not fit would not fit the next time either.
      if (runs[0].history.length === 0) this.#begin(undefined);
      await this.#fail(runs[0], error);
    } finally {
      for (const run of runs) this.#list.ended(run);
      this.#setState('ended');
      this.#draw();
      this.#numbers.ended(runs.reduce((sum, run) => sum + run.seconds, 0));
    }
  }

  #title(model: string, layers: string): string {
    const known = layers.replace(/\s/g, '');
    const network = factsNamed(model);
    const [{ title }, widths] = [network, widthsOf(network)];
    return !widths || known === widths.join(',') ? title : known.replaceAll(',', '–');
  }

  async #fail(run: RunRecord, error: unknown): Promise<void> {
    const shown = error instanceof Error ? error : new Error(String(error));
    // If the run did not start, the worker still has the previous run's network.
    if (this.#list.runs.includes(run)) await this.#keepWeights(run);
    const { weights } = run;
    const left = weights?.step
      ? `. The weights of step ${whole(weights.step)} can still be saved`
      : '';
    this.#alert.show(
      { name: shown.name, message: shown.message + left },
      weights?.step ? () => saveWeights(run) : undefined,
    );
    byId('status').textContent = 'Failed.';
  }

  async #keepWeights(run: RunRecord): Promise<void> {
    try {
      run.weights = await this.#remote.call('weights', []);
      this.#list.keepWeights(run);
    } catch {
      // If the run failed before it started, there are none.
    }
  }

  #pauseOrResume(): void {
    const resume = this.#state === 'paused';
    void this.#remote.call(resume ? 'resume' : 'pause', []);
  }

  #stop(): void {
    byId('status').textContent = 'Stopping…';
    void this.#remote.call('stop', []);
  }

  #reset(): void {
    if (this.#state !== 'ended') return;
    this.#begin(undefined);
    this.#alert.hide();
    this.#now = [];
    this.#clear();
    for (const run of this.#list.runs) run.shown = false;
    byId('status').textContent = 'Ready.';
    this.#draw();
  }

  #clear(): void {
    this.#numbers.clear();
    byId('written').hidden = true;
  }

  /** Chooses the weights to start the next run from; new ones by default. */
  #begin(from: { readonly name: string; readonly bytes: Uint8Array } | undefined): void {
    this.#from = from;
    byId('from').hidden = !from;
    byId('from-text').textContent = from ? `The next run starts from ${from.name}.` : '';
  }

  async #takeWeights(file: File): Promise<void> {
    if (this.#state !== 'ended') {
      const message = `${file.name} was not taken: a run is in progress. Stop it, then give the file again`;
      this.#alert.show({ name: 'DataError', message });
      return;
    }
    this.#begin({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    // Paused at once: the weights can be inspected, and a file that does not fit is reported.
    void this.start(true);
  }

  /** Handles an event from the worker. */
  event(event: LabEvent): void {
    const runs = this.#now;
    switch (event.type) {
      case 'adapter':
        for (const run of runs) run.adapter = event.adapter;
        break;
      case 'dataset':
        for (const run of runs) {
          run.dataset = event;
          // Only now has the run really started.
          this.#list.add(run);
          run.shown = true;
        }
        if (runs.length > 0) this.#draw();
        break;
      case 'state':
        for (const run of runs) {
          if (event.state === 'paused' || event.state === 'running') run.state = event.state;
        }
        if (event.state !== 'ended') this.#setState(event.state);
        if (event.state === 'paused') this.#draw();
        break;
      case 'hash':
        for (const run of runs)
          if (run.dataset) run.dataset = { ...run.dataset, sha256: event.sha256 };
        break;
      case 'tested':
        this.#tested = `These weights: test loss ${loss(event.test.loss)}${event.test.accuracy === null ? '' : `, test accuracy ${percent(event.test.accuracy)}`}.`;
        break;
      case 'note':
        byId('status').textContent = event.text;
        break;
      case 'progress':
        if (runs.length > 0) this.#progress(runs[0], event);
        break;
      case 'epoch':
        if (runs.length === 0) break;
        if (!this.several) {
          runs[0].history.push(event.record);
          runs[0].seconds += event.record.seconds;
        }
        this.#numbers.epoch(event, this.several);
        this.#kept(runs);
        this.#drawSoon();
        break;
      case 'networks':
        for (const run of runs) addEpoch(run, event.records);
        this.#kept(runs);
        this.#drawSoon();
        break;
      case 'written':
        byId('written').hidden = false;
        byId('written-when').textContent = `After epoch ${event.epoch} of ${event.epochs}:`;
        byId('written-text').textContent = event.text.trim();
        break;
      case 'error':
        // A device was lost while nothing ran; a run would fail on its own.
        if (this.#state === 'ended' || this.#state === 'paused') this.#alert.show(event);
        break;
    }
  }

  /** Keeps what there is after an epoch, so that little is lost if the tab ends. */
  #kept(runs: readonly RunRecord[]): void {
    for (const run of runs) this.#list.keep(run);
    const now = performance.now();
    if (this.several || now - this.#weightsAt < WEIGHTS_MS) return;
    this.#weightsAt = now;
    void this.#keepWeights(runs[0]);
  }

  #progress(run: RunRecord, event: LabEvent & { type: 'progress' }): void {
    const { recent } = event;
    if (recent) addPoint(run.live, { epoch: placeOf(event), ...recent });
    this.#numbers.take(event);
    this.#drawSoon();
  }

  #setState(state: LabState): void {
    this.#state = state;
    if (state === 'paused') this.#numbers.paused(this.several);
    const many = state === 'running' && this.several;
    const text = `Training ${this.#now[0]?.together} networks at once. The numbers are their means.`;
    if (state !== 'ended') byId('status').textContent = many ? text : STATUS[state];
    if (state === 'paused' && this.#tested !== '') byId('status').textContent += ` ${this.#tested}`;
    if (state === 'running') this.#tested = '';
    this.#buttons();
    this.#onState(state);
  }

  #buttons(): void {
    const set = (id: string, enabled: boolean): void => {
      byId(id, HTMLButtonElement).disabled = !enabled;
    };
    const busy = this.#state !== 'ended';
    // A button that is disabled loses the focus; the one that takes its place gets it.
    this.#focus ||= CONTROLS.some((id) => byId(id) === document.activeElement);
    set('start', !busy);
    set('pause', this.#state === 'running' || this.#state === 'paused');
    set('stop', this.#state === 'running' || this.#state === 'paused');
    set('reset', !busy);
    byId('pause').textContent = this.#state === 'paused' ? 'Resume' : 'Pause';
    const next = CONTROLS.map((id) => byId(id, HTMLButtonElement)).find(
      ({ disabled }) => !disabled,
    );
    if (!this.#focus || !next) return;
    const now = document.activeElement;
    if (now === document.body || now?.matches(':disabled')) next.focus();
    this.#focus = false;
  }

  /** Draws at most a few times a second, and only if visible. */
  #drawSoon(): void {
    if (this.#drawing !== undefined) return;
    const pause = DRAW_MS[this.#now[0]?.adapter?.software ? 'software' : 'gpu'];
    const wait = Math.max(0, this.#drawAt + pause - performance.now());
    this.#drawing = setTimeout(() => {
      this.#drawing = undefined;
      if (!document.hidden) this.#draw();
    }, wait);
  }

  #draw(): void {
    this.#drawAt = performance.now();
    this.#numbers.draw(this.several);
    const shown = this.#list.runs.filter((run) => run.shown);
    for (const chart of this.#charts) chart.draw(shown);
    byId('legend-paper').hidden = tableOne(shown, 'accuracy', percent).length === 0;
    byId('legend-many').hidden = !shown.some(({ networks }) => networks.length > 0);
    const synthetic = shown.some(({ dataset }) => dataset?.synthetic);
    for (const mark of document.querySelectorAll<HTMLElement>('[data-synthetic]')) {
      mark.hidden = !synthetic;
    }
    this.#list.draw();
  }
}
