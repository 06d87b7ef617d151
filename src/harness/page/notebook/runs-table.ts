import { type Stroke, strokeOf } from '../charts/colours.ts';
import { find, make } from '../dom.ts';
import type { Measure } from '../measure.ts';
import { language, onLanguage, put, redrawn, say } from '../words/words.ts';
import { networkRows } from './network-rows.ts';
import { resultsHead } from './results-head.ts';
import { focusable, labelsOf, placeAgain, type RowFocus } from './row-focus.ts';
import { runDetails } from './run-details.ts';
import { runRow, showIn, type TableActions } from './run-row.ts';
import type { RunRecord } from './run-store.ts';

/** Of the table, with that of the results. */
const COLUMNS = 8;

/** So many rows are made in one task, so that the page stays responsive; others come later. */
const PIECE = 12;

const noRun = (columns: number): HTMLElement =>
  make('tr', { class: 'empty' }, make('td', { colspan: String(columns) }, say('No run yet.')));

const holds = (rows: readonly Element[], element: Element): boolean =>
  rows.some((row) => row.contains(element));

/** The list of runs: which the charts show, their results, and what can be saved. */
export class RunsTable {
  readonly #table: HTMLElement;
  readonly #body: HTMLElement;
  /** Above the accuracies, or the errors. */
  readonly #head: HTMLElement;
  readonly #actions: TableActions;
  /** Keys of the runs whose details are open. */
  readonly #open = new Set<string>();
  #runs: readonly RunRecord[] = [];
  #expected: Measure = 'class';
  #strokes: ReadonlyMap<string, Stroke> = new Map();
  /** How many more rows are made in this task. */
  #left = 0;
  /** The drawing of rows that are yet to be made. */
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** What was drawn last of each part of a run. */
  readonly #drawn = new Map<
    string,
    { readonly drawn: string; readonly rows: readonly Element[] }
  >();

  constructor(table: HTMLElement, actions: TableActions) {
    this.#table = table;
    this.#body = find(table, 'tbody');
    this.#head = find(table, '.result');
    this.#actions = actions;
    redrawn(this.#body, () => {});
    onLanguage(() => this.#draw());
    const keyAt = ({ target }: Event): string | undefined =>
      target instanceof Element
        ? target.closest<HTMLElement>('tr[data-key]')?.dataset.key
        : undefined;
    for (const type of ['mouseover', 'focusin']) {
      this.#body.addEventListener(type, (event) => actions.light(keyAt(event)));
    }
    for (const type of ['mouseleave', 'focusout']) {
      this.#body.addEventListener(type, () => actions.light(undefined));
    }
  }

  /** Without a run, the list is headed as the next one's result. */
  expect(measure: Measure): void {
    this.#expected = measure;
    if (this.#runs.length === 0) this.#draw();
  }

  /** Marks the row of a run whose curve somebody points at. */
  light(key: string | undefined): void {
    for (const row of this.#body.querySelectorAll('tr.lit')) row.classList.remove('lit');
    if (key === undefined) return;
    this.#body.querySelector(`tr[data-key="${CSS.escape(key)}"]`)?.classList.add('lit');
  }

  /**
   * Draws what has changed: a row that somebody uses stays as it is. Of many rows, those at the top come first.
   *
   * @param strokes of runs whose curves charts draw otherwise than their own, by their keys
   */
  draw(runs: readonly RunRecord[], strokes: ReadonlyMap<string, Stroke>): void {
    this.#runs = runs;
    this.#strokes = strokes;
    this.#draw();
  }

  /** Gives a run's row the focus. */
  focus(key: string): void {
    this.#body.querySelector<HTMLElement>(`tr[data-key="${key}"] button.name`)?.focus();
  }

  #draw(): void {
    clearTimeout(this.#rest);
    this.#left = PIECE;
    const runs = this.#runs;
    const columns = this.#showHead();
    const focus = this.#focus();
    const pinnedFirst = [...runs].reverse().sort((a, b) => Number(b.pinned) - Number(a.pinned));
    const wanted =
      runs.length === 0 ? [noRun(columns)] : pinnedFirst.flatMap((run) => this.#rows(run, columns));
    if (this.#left < 0) this.#rest = setTimeout(() => this.#draw());
    for (const child of [...this.#body.children]) if (!wanted.includes(child)) child.remove();
    for (const [i, row] of wanted.entries()) {
      if (this.#body.children[i] !== row) {
        this.#body.insertBefore(row, this.#body.children[i] ?? null);
      }
    }
    // Its row was drawn anew.
    if (focus && document.activeElement === document.body) this.#focusAgain(focus);
  }

  /** Heads the results, if there are any. @returns how many columns there are */
  #showHead(): number {
    const head = resultsHead(this.#runs, this.#expected);
    if (head && this.#head.textContent !== head()) put(this.#head, head);
    this.#table.dataset.results = head ? 'some' : 'none';
    return head ? COLUMNS : COLUMNS - 1;
  }

  /** Where the focus is in the table, and in which part of a run; undefined if it is elsewhere. */
  #focus(): (RowFocus & { readonly place: string }) | undefined {
    const { activeElement: focused } = document;
    if (!focused || !this.#body.contains(focused)) return undefined;
    const found = [...this.#drawn].find(([, { rows }]) => holds(rows, focused));
    if (!found) return undefined;
    const [place, { rows }] = found;
    const all = focusable(rows);
    return { place, labels: labelsOf(all), at: all.indexOf(focused as HTMLElement) };
  }

  #focusAgain(focus: RowFocus & { readonly place: string }): void {
    const all = focusable(this.#drawn.get(focus.place)?.rows ?? []);
    all[placeAgain(focus, labelsOf(all))]?.focus();
  }

  /** The rows of a run; the same ones as long as they show the same. */
  #rows(run: RunRecord, columns: number): readonly Element[] {
    const { key, id, name, pinned, shown, state, open, epochs, history, seconds, best } = run;
    const details = this.#open.has(key);
    const toggle = (): void => {
      if (!this.#open.delete(key)) this.#open.add(key);
      this.#actions.changed(run);
    };
    const { weights, dataset, begun, given } = run;
    const named = [id, name, pinned, state, begun, given, weights?.step, dataset, language()];
    const results = [open, epochs, run.adding, history.length, seconds, best, run.kept, details];
    const row = this.#same(`row ${key}`, [named, results], () => [
      runRow(run, { details, toggle }, this.#actions),
    ]);
    for (const one of row) showIn(one, shown, this.#strokes.get(run.key) ?? strokeOf(run));
    return [
      ...row,
      ...(details
        ? this.#same(
            `details ${key}`,
            [
              named,
              columns,
              run.kept,
              ...(dataset?.number ? [run.history.length] : []),
              run.more,
              run.adapter,
              this.#actions.busy(),
              this.#actions.goesOn(run),
            ],
            () => [runDetails(run, columns, this.#actions)],
          )
        : []),
      ...(open ? this.#same(`networks ${key}`, [named, results], () => networkRows(run)) : []),
    ];
  }

  /** What was made before, if it shows the same. */
  #same(place: string, shown: unknown, make: () => readonly Element[]): readonly Element[] {
    const drawn = JSON.stringify(shown);
    const before = this.#drawn.get(place);
    // A name that is being typed is not lost when an epoch ends, or weights are kept.
    const { activeElement: focused } = document;
    const isTyped =
      focused instanceof HTMLInputElement &&
      focused.type !== 'checkbox' &&
      before?.rows.some((row) => row.contains(focused));
    if (before && (isTyped || before.drawn === drawn)) return before.rows;
    // As they were before, or not yet there: until it is their turn.
    if (--this.#left < 0) return before?.rows ?? [];
    const rows = make();
    // Another language of the page is then none of theirs, until it is their turn: no task lays all of them out anew.
    for (const row of rows) row.setAttribute('lang', language());
    this.#drawn.set(place, { drawn, rows });
    return rows;
  }
}
