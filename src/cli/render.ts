import type { LearnedNumber, TaskEvent } from '../harness/protocol.ts';
import type { WorkerNews } from '../harness/tasks/worker/news.ts';
import { newsText } from '../harness/tasks/worker/news-text.ts';
import {
  adapterLine,
  datasetLine,
  epochCells,
  loudBox,
  progressLine,
  writtenLines,
} from './format.ts';
import { GrowingTable } from './table.ts';
import { type Paint, paint, type Terminal, visible } from './terminal.ts';
import { unitName } from './unit.ts';
import { proseWidth, wrap } from './wrap.ts';

/** How a {@link Renderer} shows a task. */
export interface RendererOptions {
  /** Shows only results and warnings. */
  readonly quiet: boolean;
  /** Whether rows of tables are the result, which is shown in any case. Default `progress`. */
  readonly rows?: 'progress' | 'result';
}

/** Shows a task's events on a terminal. */
export class Renderer {
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #quiet: boolean;
  readonly #rowsAreResult: boolean;
  readonly #tables = new Map<string, GrowingTable>();
  #number: LearnedNumber | undefined;
  #title = '';
  #news = '';
  #lineIsOpen = false;
  #lineIsBlank = false;

  constructor(terminal: Terminal, { quiet, rows = 'progress' }: RendererOptions) {
    this.#terminal = terminal;
    this.#paint = paint(terminal.colours);
    this.#quiet = quiet;
    this.#rowsAreResult = rows === 'result';
  }

  /** Characters in a line. */
  get columns(): number {
    return this.#terminal.columns();
  }

  /** Shows one event. The command itself reports `result` and `error`. */
  show(event: TaskEvent): void {
    if (event.type === 'dataset') this.#number = event.number;
    // A warning: results on synthetic data must not pass for real ones.
    if (event.type === 'dataset' && event.synthetic) this.#showSynthetic(event.name);
    // A check that fails is a result.
    const result =
      (event.type === 'row' && (this.#rowsAreResult || !event.ok)) ||
      (event.type === 'worker' && event.news.kind !== 'waiting');
    if (this.#quiet && !result) return;
    switch (event.type) {
      case 'adapter':
        this.#adapter(event.adapter.software, adapterLine(event.adapter));
        break;
      case 'dataset':
        this.print(datasetLine(event));
        break;
      case 'note':
        this.#say(event.text, this.#paint.faint);
        break;
      case 'progress':
        this.overwrite(progressLine(event, this.#terminal.columns(), this.#number));
        break;
      case 'epoch':
        this.#epoch(event);
        break;
      case 'written':
        this.#written(event);
        break;
      case 'worker':
        this.#worker(event.news);
        break;
      case 'row':
        this.#row(event.table, event.cells, event.ok);
        break;
      case 'alive':
      case 'log':
      case 'part':
      case 'trial':
        break;
      case 'result':
      case 'error':
        this.finish();
        break;
    }
  }

  /** Begins all tables again, for a task that is started again. */
  restart(): void {
    this.finish();
    this.#tables.clear();
    this.#title = '';
  }

  /** Prints lines of a result. */
  print(...lines: readonly string[]): void {
    for (const line of lines) this.#say(line, (text) => text);
  }

  /** Prints a warning on standard error. */
  warn(text: string): void {
    this.finish();
    for (const line of this.#wrapped(text)) this.#terminal.err(`${this.#paint.warn(line)}\n`);
  }

  /** Prints on standard error what is being done; nothing if quiet. */
  note(text: string): void {
    if (this.#quiet) return;
    this.finish();
    for (const line of this.#wrapped(text)) this.#terminal.err(`${this.#paint.faint(line)}\n`);
  }

  /** Replaces the line before; does nothing if lines cannot be overwritten. */
  overwrite(line: string): void {
    if (!this.#terminal.live || this.#quiet) return;
    this.#terminal.out(`\r${line}\u001b[K`);
    this.#lineIsOpen = true;
  }

  /** Ends the line that is being overwritten, if there is one. */
  finish(): void {
    if (!this.#lineIsOpen) return;
    this.#terminal.out('\r\u001b[K');
    this.#lineIsOpen = false;
  }

  /** Prints text, broken between words if the terminal's width is known. */
  #say(text: string, style: (line: string) => string): void {
    this.#lines(this.#wrapped(text).map(style));
  }

  #lines(lines: readonly string[]): void {
    this.finish();
    for (const line of lines) {
      this.#terminal.out(`${line}\n`);
      this.#lineIsBlank = line === '';
    }
  }

  #wrapped(given: string): string[] {
    const text = visible(given);
    if (!this.#terminal.wraps) return [text];
    return text.split('\n').flatMap((line) => wrap(line, proseWidth(this.columns), '  '));
  }

  #adapter(software: boolean, line: string): void {
    this.#say(line, software ? this.#paint.warn : (text) => text);
  }

  #showSynthetic(name: string): void {
    const lines = [
      `These are NOT the real Fashion-MNIST images but drawings: ${name}.`,
      'Losses and accuracies cannot be compared with published ones.',
      'Give the folder of the four Fashion-MNIST files with --data DIR.',
    ];
    const width = this.#terminal.wraps ? proseWidth(this.columns) : Number.POSITIVE_INFINITY;
    for (const line of loudBox(lines, width)) this.warn(line);
  }

  #epoch(event: Extract<TaskEvent, { type: 'epoch' }>): void {
    const { title, loss } = event;
    const number = this.#number;
    this.#heading(
      number
        ? `${title}, errors: root mean squares, in ${unitName(number)}`
        : `${title}, loss: ${loss}`,
    );
    const cells = epochCells(event, this.columns, number);
    const { header, lines } = this.#table(title, 'plain').add(cells);
    if (header !== undefined) this.#lines([this.#paint.faint(header)]);
    this.#lines(lines);
  }

  /** The last text is part of the summary. */
  #written({ text, epoch, epochs }: Extract<TaskEvent, { type: 'written' }>): void {
    if (epoch === epochs) return;
    for (const line of writtenLines(text)) this.#say(line, this.#paint.faint);
  }

  /** Of what is repeated, once. */
  #worker(news: WorkerNews): void {
    const text = newsText(news);
    if (text === this.#news) return;
    this.#news = text;
    if (news.kind === 'server' || (news.kind === 'ended' && isTrouble(news))) this.warn(text);
    else this.#say(text, news.kind === 'waiting' ? this.#paint.faint : (line) => line);
  }

  #row(table: string, cells: Readonly<Record<string, string>>, ok: boolean): void {
    this.#heading(table);
    const { header, lines } = this.#table(table, 'marked').add(cells, ok ? 'ok' : 'FAIL');
    if (header !== undefined) this.#lines([this.#paint.faint(header)]);
    const [first, ...others] = lines;
    const { good, bad } = this.#paint;
    this.#lines([ok ? first.replace('ok', good) : bad(first), ...others]);
  }

  #table(name: string, marks: 'marked' | 'plain'): GrowingTable {
    const table = this.#tables.get(name) ?? new GrowingTable(this.columns, marks);
    this.#tables.set(name, table);
    return table;
  }

  #heading(title: string): void {
    if (title === this.#title) return;
    this.#title = title;
    if (!this.#lineIsBlank) this.#lines(['']);
    this.#say(title, this.#paint.strong);
  }
}

/** A trial without a result, or with one that is in doubt. */
const isTrouble = ({ how, agrees }: Extract<WorkerNews, { kind: 'ended' }>): boolean =>
  how === 'failed' || how === 'lost' || agrees === false;
