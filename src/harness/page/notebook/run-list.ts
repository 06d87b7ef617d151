import { byId, find } from '../dom.ts';
import { put, say } from '../words/words.ts';
import { Notebook, type Told } from './notebook.ts';
import { runFromJson } from './run-file.ts';
import { RunLocks } from './run-locks.ts';
import { byBeginning, type Marks, marksOf, takeUp } from './run-merge.ts';
import type { TableActions } from './run-row.ts';
import { canGoOn, isActive, labelOf, type RunRecord } from './run-store.ts';
import { RunsTable } from './runs-table.ts';
import { titleText } from './setting-words.ts';

/** What the list asks of the panel. */
export interface ListHost
  extends Pick<TableActions, 'load' | 'begin' | 'repeat' | 'light' | 'more' | 'use' | 'busy'> {
  /** Something changed that charts show. */
  draw(): void;
  fail(error: Error): void;
  /** Says what was done, in the page's language. */
  report(text: () => string): void;
}

/** Milliseconds between two writes of a run that is trained. */
const KEEP_MS = 2_000;

/** Of runs that are imported together, as many are shown at once: charts of more tell little. */
const MOST_SHOWN = 10;

const KEPT = (): string => say('Runs are kept in this browser, until you delete them.');

/** The runs of this browser: shown as a table, kept in the notebook. */
export class RunList {
  readonly #host: ListHost;
  readonly #notebook: Notebook;
  readonly #table: RunsTable;
  #runs: RunRecord[] = [];
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #locks = new RunLocks();
  /** Keys of the runs that are trained here: what training makes of them is written by no other tab. */
  readonly #own = new Set<string>();
  /** Keys of the runs that another tab trains. */
  readonly #watched = new Set<string>();
  #undo: (() => void) | undefined;

  constructor(host: ListHost) {
    this.#host = host;
    this.#notebook = new Notebook({
      problem: (text) => {
        put(byId('kept'), text ?? KEPT);
        byId('kept').classList.toggle('bad', text !== undefined);
      },
      changed: (key, what) => void this.#follow(key, what),
    });
    this.#table = new RunsTable(byId('runs'), {
      changed: () => host.draw(),
      load: host.load,
      begin: host.begin,
      repeat: host.repeat,
      light: host.light,
      only: (run) => this.show((one) => one === run),
      more: host.more,
      busy: host.busy,
      use: host.use,
      copyLink: ({ query }) => void this.copyLink(query),
      rename: (run, name) => {
        const text = name.trim();
        this.#mark(run, { name: text === '' || text === titleText(run.title) ? undefined : text });
      },
      pin: (run) => this.#mark(run, { pinned: !run.pinned }),
      remove: (run) => this.#remove(run),
    });
    byId('show-all').addEventListener('click', () => this.show(() => true));
    byId('hide-all').addEventListener('click', () => this.show(() => false));
    byId('undo-button').addEventListener('click', () => this.#undo?.());
    addEventListener('pagehide', () => {
      for (const run of this.#runs) if (this.#due.has(run.key)) void this.#notebook.keep(run);
    });
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

  /** Takes up the runs that this browser keeps. */
  async open(): Promise<void> {
    const stored = await this.#notebook.open();
    const active = stored.filter(isActive).map(({ key }) => key);
    const held = await this.#locks.held(active);
    for (const [i, run] of stored.entries()) {
      if (held.has(run.key)) void this.#watch(run.key);
      else if (isActive(run)) {
        // Its tab was closed, or crashed: it has what was kept last.
        run.state = 'stopped';
        void this.#notebook.stop(run.key);
      }
      // Charts begin with the last run, and with those that matter.
      run.shown = run.pinned || i === stored.length - 1;
    }
    const known = new Set(this.#runs.map(({ key }) => key));
    this.#runs = [...stored.filter(({ key }) => !known.has(key)), ...this.#runs];
    this.#host.draw();
  }

  /** Follows what another tab has done. */
  async #follow(key: string, what: Told): Promise<void> {
    const stored = what === 'gone' ? undefined : await this.#notebook.read(key);
    const run = this.#runs.find((one) => one.key === key);
    if (this.#own.has(key) && run) {
      if (stored) Object.assign(run, marksOf(stored));
      else if (what === 'gone') this.#bring(run);
    } else if (run) {
      if (what === 'gone') this.#runs.splice(this.#runs.indexOf(run), 1);
      else if (stored) takeUp(run, stored);
    } else if (stored) {
      this.#runs.push({ ...stored, shown: false });
      this.#runs.sort(byBeginning);
    }
    if (stored && isActive(stored) && !this.#own.has(key)) void this.#watch(key);
    this.#host.draw();
  }

  /** Notes that a run has stopped if the tab that trains it ends. */
  async #watch(key: string): Promise<void> {
    if (this.#watched.has(key)) return;
    this.#watched.add(key);
    try {
      await this.#locks.free(key);
      if (!this.#own.has(key)) await this.#notebook.stop(key);
      await this.#follow(key, 'kept');
    } catch {
      // Without locks it stays as it is until the page is opened again.
    } finally {
      this.#watched.delete(key);
    }
  }

  /**
   * Makes a run that is here ready to be trained on: it is as it was kept last, in whichever tab.
   *
   * @returns false if another tab trains it, or it was deleted
   */
  async claim(run: RunRecord): Promise<boolean> {
    if (!this.#runs.includes(run) || !(await this.#locks.take(run.key))) return false;
    const stored = await this.#notebook.read(run.key);
    if (stored) takeUp(run, stored);
    if (this.#runs.includes(run) && canGoOn(run)) {
      this.#own.add(run.key);
      return true;
    }
    this.#locks.giving(run.key)();
    return false;
  }

  /** Adds a run that has begun. It counts as trained here until {@link ended}. */
  add(run: RunRecord): void {
    if (!this.#runs.includes(run)) this.#runs.push(run);
    if (this.#own.has(run.key)) return;
    this.#own.add(run.key);
    void this.#locks.take(run.key);
    void this.#notebook.keep(run);
  }

  /** Keeps a run as it is at the end. */
  ended(run: RunRecord): void {
    const give = this.#locks.giving(run.key);
    const isOwn = this.#own.delete(run.key);
    clearTimeout(this.#due.get(run.key));
    this.#due.delete(run.key);
    if (isOwn && this.#runs.includes(run)) void this.#notebook.keep(run).then(give);
    else give();
  }

  /** Keeps a run soon. */
  keep(run: RunRecord): void {
    if (this.#due.has(run.key)) return;
    const write = (): void => {
      this.#due.delete(run.key);
      if (this.#runs.includes(run)) void this.#notebook.keep(run);
    };
    this.#due.set(run.key, setTimeout(write, KEEP_MS));
  }

  /** Keeps a run's weights, and with them what the run says of them. */
  keepWeights(run: RunRecord): void {
    if (!this.#runs.includes(run)) return;
    void this.#notebook.keep(run);
    void this.#notebook.keepWeights(run);
  }

  /** @param colours of runs whose colour in charts is not their own, by their keys */
  draw(colours: ReadonlyMap<string, string>): void {
    this.#table.draw(this.#runs, colours);
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

  /** Copies the address that repeats a run. */
  async copyLink(query: string): Promise<void> {
    const link = `${location.origin}${location.pathname}?${query}`;
    try {
      await navigator.clipboard.writeText(link);
      this.#host.report(() => say('Link copied.'));
    } catch {
      this.#host.report(() =>
        say('The browser does not allow copying. The link: {link}', { link }),
      );
    }
  }

  #remove(run: RunRecord): void {
    const at = this.#runs.indexOf(run);
    if (at < 0 || this.#own.has(run.key)) return;
    this.#runs.splice(at, 1);
    void this.#notebook.forget(run);
    this.#offer(
      () => say('Deleted {run}.', { run: labelOf(run) }),
      () => {
        if (this.#runs.some(({ key }) => key === run.key)) return;
        this.#runs.splice(at, 0, run);
        this.#bring(run);
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

  /** Keeps a run that is not in the notebook, with its weights. */
  #bring(run: RunRecord): void {
    void this.#notebook.keep(run);
    void this.#notebook.keepWeights(run);
  }

  /** Offers to take the latest deletion back, until the next one. */
  #offer(text: () => string, undo: () => void): void {
    const place = byId('undo');
    put(find(place, 'span'), text);
    place.hidden = false;
    byId('undo-button').focus();
    this.#undo = () => {
      place.hidden = true;
      this.#undo = undefined;
      undo();
    };
  }

  /** Takes runs that were saved as JSON. */
  async import(files: readonly File[]): Promise<void> {
    for (const [i, file] of files.entries()) {
      try {
        const run = runFromJson(await file.text(), file.name);
        const shown = i < MOST_SHOWN;
        const added = { ...run, key: crypto.randomUUID(), id: this.next, shown };
        this.#runs.push(added);
        this.#bring(added);
      } catch (error) {
        this.#host.fail(error as Error);
      }
    }
    this.#host.draw();
  }
}
