import { byId, find } from '../dom.ts';
import { put, say } from '../words/words.ts';
import { Notebook } from './notebook.ts';
import { runFromJson } from './run-file.ts';
import type { TableActions } from './run-row.ts';
import { labelOf, type RunRecord } from './run-store.ts';
import { RunsTable } from './runs-table.ts';

/** What the list asks of the panel. */
export interface ListHost
  extends Pick<TableActions, 'load' | 'begin' | 'repeat' | 'light' | 'more' | 'use'> {
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

/** A lock that the tab holds while it trains a run: other tabs see that it is not abandoned. */
const lockOf = (key: string): string => `gradweave run ${key}`;

async function heldElsewhere(): Promise<ReadonlySet<string>> {
  const state = await navigator.locks?.query();
  return new Set(state?.held?.map(({ name }) => name ?? ''));
}

/** The runs of this browser: shown as a table, kept in the notebook. */
export class RunList {
  readonly #host: ListHost;
  readonly #notebook: Notebook;
  readonly #table: RunsTable;
  #runs: RunRecord[] = [];
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();
  /** Ends the lock of a run. */
  readonly #locks = new Map<string, () => void>();
  #undo: (() => void) | undefined;

  constructor(host: ListHost) {
    this.#host = host;
    this.#notebook = new Notebook((text) => {
      put(byId('kept'), text);
      byId('kept').classList.add('bad');
    });
    this.#table = new RunsTable(byId('runs'), {
      changed: (run) => {
        this.keep(run);
        host.draw();
      },
      load: host.load,
      begin: host.begin,
      repeat: host.repeat,
      light: host.light,
      only: (run) => this.show((one) => one === run),
      more: host.more,
      use: host.use,
      copyLink: ({ query }) => void this.copyLink(query),
      rename: (run, name) => {
        const text = name.trim();
        run.name = text === '' || text === run.title ? undefined : text;
        this.keep(run);
        host.draw();
      },
      pin: (run) => {
        run.pinned = !run.pinned;
        this.keep(run);
        host.draw();
      },
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
    const [stored, held] = await Promise.all([this.#notebook.open(), heldElsewhere()]);
    for (const [i, run] of stored.entries()) {
      const active = run.state === 'running' || run.state === 'paused';
      // Its tab was closed, or crashed: it has what was kept last.
      if (active && !held.has(lockOf(run.key))) {
        run.state = 'stopped';
        this.keep(run);
      }
      // Charts begin with the last run, and with those that matter.
      run.shown = run.pinned || i === stored.length - 1;
    }
    const known = new Set(this.#runs.map(({ key }) => key));
    this.#runs = [...stored.filter(({ key }) => !known.has(key)), ...this.#runs];
    this.#host.draw();
  }

  /** Adds a run that has begun. It counts as trained here until {@link ended}. */
  add(run: RunRecord): void {
    if (!this.#runs.includes(run)) this.#runs.push(run);
    if (this.#locks.has(run.key)) return;
    void navigator.locks?.request(
      lockOf(run.key),
      () => new Promise<void>((resolve) => this.#locks.set(run.key, resolve)),
    );
    void this.#notebook.keep(run);
  }

  /** Keeps a run as it is at the end. */
  ended(run: RunRecord): void {
    this.#locks.get(run.key)?.();
    this.#locks.delete(run.key);
    if (!this.#runs.includes(run)) return;
    clearTimeout(this.#due.get(run.key));
    this.#due.delete(run.key);
    void this.#notebook.keep(run);
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

  /** Keeps a run's weights. */
  keepWeights(run: RunRecord): void {
    if (this.#runs.includes(run)) void this.#notebook.keepWeights(run);
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
    for (const run of this.#runs) {
      const shown = isShown(run);
      if (run.shown === shown) continue;
      run.shown = shown;
      this.keep(run);
    }
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
    this.#runs.splice(at, 1);
    void this.#notebook.forget(run);
    this.#offer(say('Deleted {run}.', { run: labelOf(run) }), () => {
      this.#runs.splice(at, 0, run);
      void this.#notebook.keep(run);
      void this.#notebook.keepWeights(run);
      this.#host.draw();
    });
    this.#host.draw();
  }

  /** Offers to take the latest deletion back, until the next one. */
  #offer(text: string, undo: () => void): void {
    const place = byId('undo');
    find(place, 'span').textContent = text;
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
        this.keep(added);
      } catch (error) {
        this.#host.fail(error as Error);
      }
    }
    this.#host.draw();
  }
}
