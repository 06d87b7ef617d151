/** How errors end a command: their text and the exit code. */
import { GradweaveError, OptionError } from '../errors.ts';
import { InterruptedError } from './errors.ts';
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE } from './exit-codes.ts';
import { type Terminal, visible } from './terminal.ts';
import { proseWidth, wrap } from './wrap.ts';

/** How an error is shown. */
export interface ErrorTextOptions {
  /** The command that failed, if the command line named one. */
  readonly command?: string | undefined;
  /** Whether to show the stack of every error (GRADWEAVE_DEBUG). */
  readonly debug?: boolean;
}

/** `gradweave train: MESSAGE`. The stack is shown for our own bugs only, or with `debug`. */
export function errorText(error: unknown, { command, debug }: ErrorTextOptions = {}): string {
  const who = command === undefined ? 'gradweave' : `gradweave ${command}`;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const text = `${who}: ${message}`;
  if (isExpected(error)) return debug && stack ? `${text}\n${stack}` : text;
  const [first] = message.split('\n', 1);
  return `${who}: ${first}\nThis is a bug in gradweave. Please report it with these lines:\n${stack}`;
}

/** Prints an error on standard error, broken between words if the terminal's width is known. */
export function showError(error: unknown, terminal: Terminal, options: ErrorTextOptions): void {
  const text = visible(errorText(error, options));
  const width = terminal.wraps ? proseWidth(terminal.columns()) : Number.POSITIVE_INFINITY;
  // Lines of a stack are not prose.
  const lines = text
    .split('\n')
    .flatMap((line) => (/^ +at /.test(line) ? [line] : wrap(line, width, '  ')));
  terminal.err(`${lines.join('\n')}\n`);
}

/** Errors of this package and of the file system are not bugs of ours. */
function isExpected(error: unknown): boolean {
  if (error instanceof GradweaveError) return true;
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** The exit code of an error; see exit-codes.ts. */
export function exitCode(error: unknown): number {
  if (error instanceof InterruptedError) return EXIT_INTERRUPTED;
  return error instanceof OptionError ? EXIT_USAGE : EXIT_FAILED;
}
