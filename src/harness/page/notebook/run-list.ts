import type { Stroke } from '../charts/colours.ts';
import { byId } from '../dom.ts';
import type { Measure } from '../measure.ts';
import { put, say } from '../words/words.ts';
import { copyLink } from './copy-link.ts';
import { Notebook, type Told } from './notebook.ts';
import { runFromJson } from './run-file.ts';
import { RunKeeper } from './run-keeper.ts';
import { byBeginning, leftAlone, type Marks, marksOf, takeUp } from './run-merge.ts';
import type { TableActions } from './run-row.ts';
import { canGoOn, isActive, labelOf, type RunRecord } from './run-store.ts';
import { RunTabs } from './run-tabs.ts';
import { RunsTable } from './runs-table.ts';
import { titleText } from './setting-words.ts';
import { ShownRuns } from './shown-runs.ts';
import { Undo } from './undo.ts';

/** What the list asks of the panel. */
export interface ListHost
  extends Pick<
    TableActions,
    'load' | 'begin' | 'repeat' | 'light' | 'more' | 'goesOn' | 'use' | 'busy'
  > {
  /** Something changed that charts show. */
  draw(): void;
  fail(error: Error): void;
  /** Says what was done, in the page's language. */
  report(text: () => string): void;
}

/** Of runs that are imported together, as many are shown at once: charts of more tell little. */
const MOST_SHOWN = 10;

const KEPT = (): string => say('Runs are kept in this browser, until you delete them.');

/** The runs of this browser: shown as a table, kept in the notebook. */
export class RunList {
  readonly #host: ListHost;
  readonly #notebook: Notebook;
  readonly #table: RunsTable;
  #runs: RunRecord[] = [];
  readonly #keeper: RunKeeper;
  readonly #tabs = new RunTabs();
  readonly #shown = new ShownRuns();
  readonly #undo = new Undo();

  constructor(host: ListHost) {
    this.#host = host;
    this.#notebook = new Notebook({
      problem: (text) => {
        put(byId('kept'), text ?? KEPT);
        byId('kept').classList.toggle('bad', text !== undefined);
      },
      changed: (key, what) => void this.#follow(key, what),
    });
    this.#keeper = new RunKeeper(this.#notebook, (run) => this.#runs.includes(run));
    this.#table = new RunsTable(byId('runs'), {
      changed: () => host.draw(),
      load: host.load,
      begin: host.begin,
      repeat: host.repeat,
      light: host.light,
      only: (run) => this.show((one) => one === run),
      more: host.more,
      goesOn: host.goesOn,
      busy: host.busy,
      use: host.use,
      copyLink: ({ query }) => void copyLink(query, host.report),
      rename: (run, name) => {
        const text = name.trim();
        this.#mark(run, { name: text === '' || text === titleText(run.title) ? undefined : text });
      },
      pin: (run) => this.#mark(run, { pinned: !run.pinned }),
      remove: (run) => this.#remove(run),
    });
    byId('show-all').addEventListener('click', () => this.show(() => true));
    byId('hide-all').addEventListener('click', () => this.show(() => false));
    const input = byId('import-run', HTMLInputElement);
    input.addEventListener('change', () => {
      void this.import([...(input.files ?? [])]).then(() => {
        input.value = '';
      });
    });
  }

  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  /** The number of the next run. */
  get next(): number {
    return 1 + Math.max(0, ...this.#runs.map(({ id }) => id));
  }

  /** Without a run, the list is headed as the next one's result. */
  expect(measure: Measure): void {
    this.#table.expect(measure);
  }

  /** Takes up the runs that this browser keeps. */
  async open(): Promise<void> {
    const stored = await this.#notebook.open();
    const active = stored.filter(isActive).map(({ key }) => key);
    const held = await this.#tabs.held(active);
    for (const run of stored) {
      if (held.has(run.key)) this.#watch(run.key);
      else if (isActive(run)) {
        // Its tab was closed, or crashed: it has what was kept last.
        Object.assign(run, leftAlone(run));
        void this.#notebook.stop(run.key);
      }
    }
    this.#shown.recall(stored);
    const known = new Set(this.#runs.map(({ key }) => key));
    this.#runs = [...stored.filter(({ key }) => !known.has(key)), ...this.#runs];
    this.#host.draw();
  }

  /** Follows what another tab has done. */
  async #follow(key: string, what: Told): Promise<void> {
    const stored = what === 'gone' ? undefined : await this.#notebook.read(key);
    const run = this.#runs.find((one) => one.key === key);
    if (this.#tabs.isOwn(key) && run) {
      if (stored) Object.assign(run, marksOf(stored));
      else if (what === 'gone') void this.#keeper.whole(run);
    } else if (run) {
      if (what === 'gone') this.#runs.splice(this.#runs.indexOf(run), 1);
      else if (stored) takeUp(run, stored);
    } else if (stored) {
      this.#runs.push({ ...stored, shown: false });
      this.#runs.sort(byBeginning);
    }
    if (stored && isActive(stored) && !this.#tabs.isOwn(key)) this.#watch(key);
    this.#host.draw();
  }

  /** Notes that a run has stopped if the tab that trains it ends. */
  #watch(key: string): void {
    void this.#tabs.watch(key, async () => {
      if (!this.#tabs.isOwn(key)) await this.#notebook.stop(key);
      await this.#follow(key, 'kept');
    });
  }

  /**
   * Makes a run that is here ready to be trained on: it is as it was kept last, in whichever tab.
   *
   * @returns false if another tab trains it, or it was deleted
   */
  async claim(run: RunRecord): Promise<boolean> {
    if (!this.#runs.includes(run)) return false;
    return this.#tabs.claim(run.key, async () => {
      const stored = await this.#notebook.read(run.key);
      if (stored) takeUp(run, stored);
      return this.#runs.includes(run) && canGoOn(run);
    });
  }

  /** Adds a run that has begun. It counts as trained here until {@link ended}. */
  add(run: RunRecord): void {
    if (!this.#runs.includes(run)) this.#runs.push(run);
    // One that was claimed is this tab's already: others are yet to know that it is trained.
    if (this.#tabs.isOwn(run.key) && !run.adding) return;
    this.#tabs.begin(run.key);
    void this.#notebook.keep(run);
  }

  /** Keeps a run as it is at the end. */
  ended(run: RunRecord): void {
    const { wasOwn, give } = this.#tabs.end(run.key);
    if (wasOwn) void this.#keeper.now(run).then(give);
    else give();
  }

  /** Keeps a run soon. */
  keep(run: RunRecord): void {
    this.#keeper.soon(run);
  }

  /** Keeps a run's weights, and with them what the run says of them. */
  keepWeights(run: RunRecord): void {
    if (this.#runs.includes(run)) void this.#keeper.whole(run);
  }

  /** @param strokes of runs whose curves in charts are not drawn as their own, by their keys */
  draw(strokes: ReadonlyMap<string, Stroke>): void {
    this.#shown.remember(this.#runs);
    this.#table.draw(this.#runs, strokes);
  }

  /** Marks the row of a run. */
  light(key: string | undefined): void {
    this.#table.light(key);
  }

  /** Shows those of the runs in charts that `isShown`, and hides the others. */
  show(isShown: (run: RunRecord) => boolean): void {
    for (const run of this.#runs) run.shown = isShown(run);
    this.#host.draw();
  }

  #remove(run: RunRecord): void {
    const at = this.#runs.indexOf(run);
    if (at < 0 || this.#tabs.isOwn(run.key)) return;
    this.#runs.splice(at, 1);
    void this.#notebook.forget(run);
    this.#undo.offer(
      () => say('Deleted {run}.', { run: labelOf(run) }),
      () => {
        if (this.#runs.some(({ key }) => key === run.key)) return;
        this.#runs.splice(at, 0, run);
        void this.#keeper.whole(run);
        this.#host.draw();
      },
    );
    this.#host.draw();
  }

  #mark(run: RunRecord, marks: Marks): void {
    Object.assign(run, marks);
    void this.#notebook.mark(run.key, marks);
    this.#host.draw();
  }

  /** Takes runs that were saved as JSON. */
  async import(files: readonly File[]): Promise<void> {
    for (const [i, file] of files.entries()) {
      try {
        const run = runFromJson(await file.text(), file.name);
        const shown = i < MOST_SHOWN;
        const added = { ...run, key: crypto.randomUUID(), id: this.next, shown };
        this.#runs.push(added);
        void this.#keeper.whole(added);
      } catch (error) {
        this.#host.fail(error as Error);
      }
    }
    this.#host.draw();
  }
}
