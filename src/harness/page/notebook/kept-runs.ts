import { Notebook, type Told } from './notebook.ts';
import { RunKeeper } from './run-keeper.ts';
import { byBeginning, isSameRun, leftAlone, type Marks, marksOf, takeUp } from './run-merge.ts';
import { canGoOn, isActive, type RunRecord } from './run-store.ts';
import { RunTabs } from './run-tabs.ts';

/** What the runs call back. */
interface KeptHost {
  /** Something changed that is shown. */
  changed(): void;
  /** Something could not be kept, and why; undefined if all is kept again. */
  problem(text: (() => string) | undefined): void;
}

/** The runs of this browser: kept in the notebook, and the same in all its tabs, of which one trains a run. */
export class KeptRuns {
  readonly #host: KeptHost;
  readonly #notebook: Notebook;
  readonly #keeper: RunKeeper;
  readonly #tabs = new RunTabs();
  #runs: RunRecord[] = [];

  constructor(host: KeptHost) {
    this.#host = host;
    this.#notebook = new Notebook({
      problem: (text) => host.problem(text),
      changed: (key, what) => void this.#follow(key, what),
    });
    this.#keeper = new RunKeeper(this.#notebook, (run) => this.#runs.includes(run));
  }

  /** The last one last. */
  get runs(): readonly RunRecord[] {
    return this.#runs;
  }

  /** The number of the next run. */
  get next(): number {
    return 1 + Math.max(0, ...this.#runs.map(({ id }) => id));
  }

  /**
   * Takes up the runs that this browser keeps.
   *
   * @param recall is given them before they are among the others
   */
  async open(recall: (stored: readonly RunRecord[]) => void): Promise<void> {
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
    recall(stored);
    const known = new Set(this.#runs.map(({ key }) => key));
    this.#runs = [...stored.filter(({ key }) => !known.has(key)), ...this.#runs];
    this.#host.changed();
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
    this.#host.changed();
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
    if (!this.#runs.includes(run)) {
      // It may take the place of weights that were imported.
      this.#runs = [...this.#runs.filter(({ key }) => key !== run.key), run];
    }
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

  /** Takes in a run of a file. @returns the run of the list that it is: the same one stands there once */
  bring(run: RunRecord): RunRecord {
    const same = this.#runs.find((one) => isSameRun(one, run));
    if (!same) {
      this.#runs.push(run);
      void this.#keeper.whole(run);
      return run;
    }
    // It may have been trained on elsewhere.
    if (!isActive(same) && run.history.length > same.history.length) {
      const { key, id, weights } = same;
      takeUp(same, { ...run, key, id, weights, ...marksOf(same) });
      void this.#keeper.whole(same);
    }
    return same;
  }

  /** Deletes a run. @returns what takes that back; undefined if it is trained here, and stays */
  remove(run: RunRecord): (() => void) | undefined {
    const at = this.#runs.indexOf(run);
    if (at < 0 || this.#tabs.isOwn(run.key)) return undefined;
    this.#runs.splice(at, 1);
    void this.#notebook.forget(run);
    return () => {
      this.#putBack(run, at);
      this.#host.changed();
    };
  }

  /** Takes a deletion back. Its file may have been imported meanwhile: that is the same run, but has no weights. */
  #putBack(run: RunRecord, at: number): void {
    const same = this.#runs.find((one) => isSameRun(one, run));
    if (same && isActive(same)) return;
    if (same) this.#runs.splice(this.#runs.indexOf(same), 1);
    if (same && same.key !== run.key) void this.#notebook.forget(same);
    // Another run may have its number by now.
    const isTaken = this.#runs.some(({ id }) => id === run.id);
    if (isTaken) Object.assign(run, { id: this.next });
    this.#runs.splice(at, 0, run);
    void this.#keeper.whole(run);
  }

  /** Notes what somebody says of a run. */
  mark(run: RunRecord, marks: Marks): void {
    Object.assign(run, marks);
    void this.#notebook.mark(run.key, marks);
    this.#host.changed();
  }
}
