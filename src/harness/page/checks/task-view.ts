import type { AdapterInfo } from '../../../gpu/adapter-info.ts';
import type { TaskEvent } from '../../protocol.ts';
import type { LabEvent } from '../../worker/lab-event.ts';
import type { Alert } from '../alert.ts';
import { find } from '../dom.ts';
import { showFacts } from '../facts.ts';
import { counted } from '../numbers.ts';
import { Remote } from '../remote.ts';
import { put, say } from '../words/words.ts';
import { CheckForm } from './check-form.ts';
import { cellText, noMatchText, noteText, partText } from './check-words.ts';
import { TableView } from './table-view.ts';

/** A report that people with an unknown GPU can send. */
interface Report {
  readonly kind: string;
  readonly version: string;
  readonly date: string;
  readonly userAgent: string;
  readonly query: string;
  adapter: AdapterInfo | null;
  readonly rows: (Pick<Extract<TaskEvent, { type: 'row' }>, 'table' | 'ok'> & {
    readonly cells: Readonly<Record<string, string>>;
  })[];
  readonly notes: string[];
  result: unknown;
}

/** The page's version; set by the build. */
declare const GRADWEAVE_VERSION: string;

/** What is said of a task that is done. Nothing checked is no pass. */
function doneText(rows: number, failed: number, seconds: string): string {
  if (rows === 0) return say('Done in {seconds} s: nothing was done.', { seconds });
  const all = { seconds, rows: counted(rows, 'row'), failed };
  return failed === 0
    ? say('Done in {seconds} s: {rows}, all ok.', all)
    : say('Done in {seconds} s: {rows}, {failed} FAILED.', all);
}

/** What a panel is made for. */
interface Checking {
  /** The task's options, from the form. */
  readonly query: (form: FormData) => URLSearchParams;
  /** What else computes on the GPU; empty if nothing does. */
  readonly beside: () => string;
  readonly onResult?: (result: unknown) => void;
}

/** A panel that runs `verify` or `bench` in its own worker and shows the rows as they arrive. */
export class TaskView {
  readonly #task: 'verify' | 'bench';
  readonly #panel: HTMLElement;
  readonly #alert: Alert;
  readonly #tables: TableView;
  readonly #form: CheckForm;
  readonly #checking: Checking;
  #remote: Remote | undefined;
  #report: Report | undefined;

  constructor(task: 'verify' | 'bench', panel: HTMLElement, alert: Alert, checking: Checking) {
    this.#task = task;
    this.#panel = panel;
    this.#alert = alert;
    this.#checking = checking;
    this.#form = new CheckForm(find<HTMLFormElement>(panel, 'form'));
    this.#tables = new TableView(find(panel, '[data-tables]'));
    find(panel, 'form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.run();
    });
    find(panel, '[data-stop]').addEventListener('click', () => this.#remote?.terminate());
    find(panel, '[data-copy]').addEventListener('click', () => void this.#copy());
  }

  get busy(): boolean {
    return this.#remote !== undefined;
  }

  /** Runs the task with options from the form or from an address, unless a field is wrong. */
  async run(given?: URLSearchParams): Promise<unknown> {
    if (this.#remote) return undefined;
    if (given) this.#form.fill(given);
    this.#alert.hide();
    const wrong = this.#form.wrong(given === undefined);
    if (wrong) {
      this.#say(wrong);
      return undefined;
    }
    const query = given ?? this.#checking.query(this.#form.data);
    this.#tables.clear();
    const report: Report = {
      kind: `gradweave ${this.#task}`,
      version: GRADWEAVE_VERSION,
      date: new Date().toISOString(),
      userAgent: navigator.userAgent,
      query: query.toString(),
      adapter: null,
      rows: [],
      notes: [],
      result: null,
    };
    this.#report = report;
    const remote = new Remote((event) => this.#event(report, event));
    this.#remote = remote;
    this.#buttons();
    this.#tell(() => say('Requesting the GPU…'));
    const begun = performance.now();
    try {
      report.result = await remote.call('task', [this.#task, query.toString()]);
      const failed = report.rows.filter(({ ok }) => !ok).length;
      const seconds = ((performance.now() - begun) / 1000).toFixed(0);
      this.#say(() => doneText(report.rows.length, failed, seconds));
      this.#checking.onResult?.(report.result);
      return report.result;
    } catch (error) {
      const shown = error instanceof Error ? error : new Error(String(error));
      const stopped = shown.name === 'StoppedError';
      const noMatch = noMatchText(shown.message);
      if (noMatch) this.#form.refuse('filter', noMatch);
      this.#say(() =>
        stopped
          ? say('Stopped after {rows}.', { rows: counted(report.rows.length, 'row') })
          : noMatch
            ? say('Nothing was checked.')
            : say('Failed.'),
      );
      if (!stopped && !noMatch) this.#alert.showIn(this.#task, shown);
      return undefined;
    } finally {
      remote.terminate();
      this.#remote = undefined;
      this.#buttons();
    }
  }

  #event(report: Report, event: LabEvent): void {
    showFacts(event);
    if (event.type === 'row') {
      const { table, cells, ok } = event;
      report.rows.push({ table, cells, ok });
      this.#tables.add(event);
      this.#say(() =>
        say('Running: {rows} so far, last: {last}.', {
          rows: counted(report.rows.length, 'row'),
          last: cellText(Object.values(cells)[0] ?? ''),
        }),
      );
    }
    if (event.type === 'adapter') {
      report.adapter = event.adapter;
      this.#tell(() => say('Preparing: data, kernels…'));
    }
    if (event.type === 'part') this.#tell(() => partText(event.part));
    if (event.type === 'note') {
      report.notes.push(event.text);
      this.#say(() => noteText(event.text));
    }
  }

  /** Says what is going on, and what slows it down. */
  #tell(text: () => string): void {
    this.#say(() => [text(), this.#checking.beside()].filter(Boolean).join(' '));
  }

  #say(text: () => string): void {
    put(find(this.#panel, '[data-status]'), text);
  }

  #buttons(): void {
    const busy = this.#remote !== undefined;
    const submit = find<HTMLButtonElement>(this.#panel, 'form [type=submit]');
    const stop = find<HTMLButtonElement>(this.#panel, '[data-stop]');
    const focused = document.activeElement;
    submit.disabled = busy;
    stop.disabled = !busy;
    // One that is disabled loses the focus.
    if (focused === submit || focused === stop) (busy ? stop : submit).focus();
    find<HTMLButtonElement>(this.#panel, '[data-copy]').disabled = busy || !this.#report;
  }

  /** The report as text, for the clipboard and for tests. */
  get report(): string {
    return JSON.stringify(this.#report ?? null, null, 2);
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.report);
      this.#say(() => say('Report copied to the clipboard.'));
    } catch (error) {
      this.#say(() => say('The browser does not allow copying: {error}', { error: String(error) }));
    }
  }
}
