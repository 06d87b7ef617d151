import type { Stroke } from '../charts/colours.ts';
import { byId } from '../dom.ts';
import type { Measure } from '../measure.ts';
import { put, say } from '../words/words.ts';
import { copyLink } from './copy-link.ts';
import { KeptRuns } from './kept-runs.ts';
import { runFromJson } from './run-file.ts';
import type { TableActions } from './run-row.ts';
import { labelOf, type RunRecord } from './run-store.ts';
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

/** The list of runs: shown as a table, with what can be done with them. */
export class RunList {
  readonly #host: ListHost;
  /** What is listed. */
  readonly kept: KeptRuns;
  readonly #table: RunsTable;
  readonly #shown = new ShownRuns();
  readonly #undo = new Undo();

  constructor(host: ListHost) {
    this.#host = host;
    this.kept = new KeptRuns({
      changed: () => host.draw(),
      problem: (text) => {
        put(byId('kept'), text ?? KEPT);
        byId('kept').classList.toggle('bad', text !== undefined);
      },
    });
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
        this.kept.mark(run, {
          name: text === '' || text === titleText(run.title) ? undefined : text,
        });
      },
      pin: (run) => this.kept.mark(run, { pinned: !run.pinned }),
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

  /** Without a run, the list is headed as the next one's result. */
  expect(measure: Measure): void {
    this.#table.expect(measure);
  }

  /** Takes up the runs that this browser keeps. */
  open(): Promise<void> {
    return this.kept.open((stored) => this.#shown.recall(stored));
  }

  /** @param strokes of runs whose curves in charts are not drawn as their own, by their keys */
  draw(strokes: ReadonlyMap<string, Stroke>): void {
    const { runs } = this.kept;
    this.#shown.remember(runs);
    this.#table.draw(runs, strokes);
  }

  /** Marks the row of a run. */
  light(key: string | undefined): void {
    this.#table.light(key);
  }

  /** Shows those of the runs in charts that `isShown`, and hides the others. */
  show(isShown: (run: RunRecord) => boolean): void {
    for (const run of this.kept.runs) run.shown = isShown(run);
    this.#host.draw();
  }

  #remove(run: RunRecord): void {
    const back = this.kept.remove(run);
    if (!back) return;
    this.#undo.offer(
      () => say('Deleted {run}.', { run: labelOf(run) }),
      () => {
        back();
        this.#table.focus(run.key);
      },
    );
    this.#host.draw();
  }

  /** Takes runs that were saved as JSON. */
  async import(files: readonly File[]): Promise<void> {
    for (const [i, file] of files.entries()) {
      try {
        const run = runFromJson(await file.text(), file.name);
        const shown = i < MOST_SHOWN;
        const { key = crypto.randomUUID() } = run;
        const added = { ...run, key, id: this.kept.next, shown };
        const found = this.kept.bring(added);
        if (found === added) continue;
        found.shown ||= shown;
        this.#host.report(() => say('{run} is in the list already.', { run: labelOf(found) }));
      } catch (error) {
        this.#host.fail(error as Error);
      }
    }
    this.#host.draw();
  }
}
