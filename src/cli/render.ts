import type { TaskEvent } from '../harness/protocol.ts';
import {
  adapterLine,
  datasetLine,
  epochHeader,
  epochLine,
  loudBox,
  progressLine,
} from './format.ts';
import { GrowingTable } from './table.ts';
import { type Paint, paint, type Terminal } from './terminal.ts';

/** Shows a task's events on a terminal. */
export class Renderer {
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  readonly #quiet: boolean;
  readonly #tables = new Map<string, GrowingTable>();
  #title = '';
  #lineIsOpen = false;

  /** @param quiet Shows only what {@link Renderer.print} and {@link Renderer.warn} are given. */
  constructor(terminal: Terminal, { quiet }: { readonly quiet: boolean }) {
    this.#terminal = terminal;
    this.#paint = paint(terminal.colours);
    this.#quiet = quiet;
  }

  /** Characters in a line. */
  get columns(): number {
    return this.#terminal.columns();
  }

  /** Shows one event. `result` and `error` are for the command to tell. */
  show(event: TaskEvent): void {
    // That the data are not real must be seen even by those who want to see nothing.
    if (event.type === 'dataset' && event.synthetic) this.#showSynthetic(event.name);
    if (this.#quiet) return;
    switch (event.type) {
      case 'adapter':
        this.#adapter(event.adapter.software, adapterLine(event.adapter));
        break;
      case 'dataset':
        this.print(datasetLine(event));
        break;
      case 'note':
        this.print(this.#paint.faint(event.text));
        break;
      case 'progress':
        this.overwrite(progressLine(event, this.#terminal.columns()));
        break;
      case 'epoch':
        this.#heading(event.title, epochHeader());
        this.print(epochLine(event));
        break;
      case 'row':
        this.#row(event.table, event.cells, event.ok);
        break;
      case 'alive':
        break;
      case 'result':
      case 'error':
        this.finish();
        break;
    }
  }

  /** Prints lines of a result. */
  print(...lines: readonly string[]): void {
    this.finish();
    for (const line of lines) this.#terminal.out(`${line}\n`);
  }

  /** Prints a warning on standard error. */
  warn(text: string): void {
    this.finish();
    this.#terminal.err(`${this.#paint.warn(text)}\n`);
  }

  /** Shows a line in the place of the one before; nothing where lines cannot be overwritten. */
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

  #adapter(software: boolean, line: string): void {
    this.print(software ? this.#paint.warn(line) : line);
  }

  #showSynthetic(name: string): void {
    const lines = [
      `These are NOT the real Fashion-MNIST images but the built-in data: ${name}.`,
      'Losses and accuracies cannot be compared with anybody else’s.',
      'Give the folder of the four Fashion-MNIST files with --data DIR.',
    ];
    for (const line of loudBox(lines)) this.warn(line);
  }

  #row(table: string, cells: Readonly<Record<string, string>>, ok: boolean): void {
    this.#heading(table);
    const rows = this.#tables.get(table) ?? new GrowingTable();
    this.#tables.set(table, rows);
    const lines = rows.add(cells, ok ? 'ok' : 'FAIL');
    const last = lines.length - 1;
    this.print(
      ...lines.map((line, i) => {
        if (i < last) return this.#paint.faint(line);
        return ok ? line.replace('ok', this.#paint.good) : this.#paint.bad(line);
      }),
    );
  }

  #heading(title: string, header?: string): void {
    if (title === this.#title) return;
    this.#title = title;
    this.print('', this.#paint.strong(title));
    if (header !== undefined) this.print(this.#paint.faint(header));
  }
}
