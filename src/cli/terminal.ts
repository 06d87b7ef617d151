import { stripVTControlCharacters } from 'node:util';

/** Where a command writes. Tests pass one that records. */
export interface Terminal {
  /** Results and progress. */
  out(text: string): void;
  /** Warnings and errors. */
  err(text: string): void;
  /** Whether `out` is a terminal, on which a line can be overwritten. */
  readonly live: boolean;
  readonly colours: boolean;
  /** Characters in a line; 80 if unknown. */
  columns(): number;
  /** Whether the width is known, so that long lines are broken between words. Default false. */
  readonly wraps?: boolean;
}

/** The parts of the process that a terminal needs. */
export type Output = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>;

/**
 * The process's own standard output and error.
 *
 * @param output for tests
 */
export function processTerminal({ stdout, stderr, env }: Output = process): Terminal {
  // `gradweave … | head` closes the pipe early, which is not an error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  // Shells set COLUMNS, but do not export it by default.
  const given = Number(env.COLUMNS) || 0;
  const live = stdout.isTTY === true && env.TERM !== 'dumb';
  return {
    out: (text) => stdout.write(text),
    // Colours follow standard output; `2>file` must not get their codes.
    err: (text) => stderr.write(stderr.isTTY ? text : stripVTControlCharacters(text)),
    live,
    // https://no-color.org: any value that is not empty.
    colours: live && !env.NO_COLOR,
    columns: () => stdout.columns || given || 80,
    wraps: stdout.columns > 0 || given > 0,
  };
}

/** Control characters but tabs and ends of lines, and those that turn the direction of writing. */
const CONTROLS = /(?![\t\n]|\r\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text of others, such as the names in a file, with its control characters as pictures: a terminal would obey them.
 */
export const visible = (text: string): string =>
  text.replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });

/** Colours by meaning. They change nothing if the terminal has no colours. */
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
