/** Where a command writes; a test gives one that remembers. */
export interface Terminal {
  /** Results and progress. */
  out(text: string): void;
  /** Warnings and errors. */
  err(text: string): void;
  /** Whether `out` is a terminal, on which a line can be overwritten. */
  readonly live: boolean;
  readonly colours: boolean;
  /** Characters in a line. */
  columns(): number;
}

/** The process's own standard output and error. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // `gradweave … | head` closes the pipe early; that is no failure worth a stack.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const live = stdout.isTTY === true && env.TERM !== 'dumb';
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    live,
    // https://no-color.org: any value that is not empty.
    colours: live && !env.NO_COLOR,
    columns: () => stdout.columns || 80,
  };
}

/** Colours that mean something here; all of them do nothing where there are none. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

/** The colours of a terminal. */
export function paint(colours: boolean): Paint {
  const code = (on: number, off: number) => (text: string) =>
    colours ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    good: code(32, 39),
    bad: code(31, 39),
    warn: code(33, 39),
    strong: code(1, 22),
    faint: code(2, 22),
  };
}
