import { Renderer } from '../../../src/cli/render.ts';
import { paint, type Terminal } from '../../../src/cli/terminal.ts';
import { proseWidth } from '../../../src/cli/wrap.ts';
import type { StoredTrial, SweepState } from '../contract.ts';
import { alarmLines, bestLines, endedLine, endText, progressLine } from '../view/progress.ts';

/** How often the line is drawn again. */
const EVERY_MS = 1000;

/** A sweep on the terminal: a line that is overwritten, else a line for each trial that ended; alarms at once. */
export class Display {
  readonly renderer: Renderer;
  readonly #terminal: Terminal;
  readonly #quiet: boolean;
  readonly #state: () => SweepState;
  #alarms = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    terminal: Terminal,
    { quiet, state }: { readonly quiet: boolean; readonly state: () => SweepState },
  ) {
    this.renderer = new Renderer(terminal, { quiet });
    this.#terminal = terminal;
    this.#quiet = quiet;
    this.#state = state;
  }

  start(): void {
    // Alarms of an earlier start were shown then; the end shows all.
    this.#alarms = this.#state().alarms.length;
    this.#timer = setInterval(() => this.#draw(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.renderer.finish();
  }

  /** Shows a trial that ended, where there is no line that is overwritten. */
  ended(trial: StoredTrial): void {
    if (this.#quiet || this.#terminal.live) return;
    this.renderer.print(endedLine(trial, this.#state()));
  }

  /** Shows how it ended: the best points, how many trials there are of each kind, all alarms. */
  end(): void {
    const state = this.#state();
    const { strong, faint } = paint(this.#terminal.colours);
    const { header, lines } = bestLines(state, this.#terminal.columns());
    const out = (line: string): void => this.#terminal.out(`${line}\n`);
    this.renderer.finish();
    if (lines.length > 0) {
      if (!this.#quiet) out('');
      out(strong(state.over ? 'Best points' : 'Best points so far'));
      if (header !== undefined) out(faint(header));
      for (const line of lines) out(line);
      if (!this.#quiet) out('');
    }
    this.renderer.print(endText(state));
    for (const alarm of state.alarms) this.#alarm(alarm);
  }

  #draw(): void {
    const state = this.#state();
    for (const alarm of state.alarms.slice(this.#alarms)) this.#alarm(alarm);
    this.#alarms = state.alarms.length;
    this.renderer.overwrite(progressLine(state, this.#terminal.columns()));
  }

  #alarm(alarm: SweepState['alarms'][number]): void {
    const width = this.#terminal.wraps ? proseWidth(this.#terminal.columns()) : 100;
    for (const line of alarmLines(alarm, width)) this.renderer.warn(line);
  }
}
