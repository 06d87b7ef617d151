/** The command line: finds the command, reads its options, turns errors into exit codes. */
import type { FoundBrowser } from '../../scripts/find-browser.mjs';
import { GradweaveError, OptionError } from '../errors.ts';
import type { Command } from './command.ts';
import { commandLineOf } from './command-line.ts';
import { COMMANDS } from './commands/index.ts';
import { InterruptedError, UsageError } from './errors.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE } from './exit-codes.ts';
import { commandHelp, generalHelp } from './help.ts';
import { parseOptions } from './options.ts';
import { packageVersion } from './paths.ts';
import { suggestion } from './suggest.ts';
import { processTerminal, type Terminal, visible } from './terminal.ts';
import { proseWidth, wrap } from './wrap.ts';

/** What `main` uses of the process. Tests pass their own. */
export interface MainOptions {
  readonly terminal?: Terminal;
  readonly env?: NodeJS.ProcessEnv;
  /** Installs a browser if none is found (scripts/setup.mjs). */
  readonly installBrowser?: (chrome?: string) => FoundBrowser;
}

/**
 * Runs the command that the arguments name.
 *
 * @param argv Arguments without node and the script.
 * @returns the exit code; see exit-codes.ts
 */
export async function main(argv: readonly string[], options: MainOptions = {}): Promise<number> {
  const { terminal = processTerminal(), env = process.env, installBrowser } = options;
  let known: string | undefined;
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === '--help' || name === '-h') {
      const text = `${generalHelp(COMMANDS, packageVersion(), terminal.columns())}\n`;
      // Asked for, help is the result. Without a command it reports a mistake.
      if (name === undefined) terminal.err(text);
      else terminal.out(text);
      return name === undefined ? EXIT_USAGE : EXIT_DONE;
    }
    if (name === '--version') {
      terminal.out(`${packageVersion()}\n`);
      return EXIT_DONE;
    }
    const command = findCommand(name);
    known = command.name;
    const parsed = parseOptions(command, rest);
    if (parsed.help) {
      terminal.out(`${commandHelp(command, terminal.columns())}\n`);
      return EXIT_DONE;
    }
    const commandLine = commandLineOf(argv, command.options);
    return await command.run({ arguments: parsed, terminal, env, commandLine, installBrowser });
  } catch (error) {
    const text = visible(errorText(error, { command: known, debug: !!env.GRADWEAVE_DEBUG }));
    const width = terminal.wraps ? proseWidth(terminal.columns()) : Number.POSITIVE_INFINITY;
    // Lines of a stack are not prose.
    const lines = text
      .split('\n')
      .flatMap((line) => (/^ +at /.test(line) ? [line] : wrap(line, width, '  ')));
    terminal.err(`${lines.join('\n')}\n`);
    return exitCode(error);
  }
}

function findCommand(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = COMMANDS.map((command) => command.name);
  const what = name.startsWith('-') ? 'option without a command; put the command first' : 'command';
  throw new UsageError(
    `'${name}' is not a known ${what}.${suggestion(name, names)} ` +
      `The commands are ${names.join(', ')}. See: gradweave --help`,
  );
}

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

/** Errors of this package and of the file system are not bugs of ours. */
function isExpected(error: unknown): boolean {
  if (error instanceof GradweaveError) return true;
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** See {@link main}. */
export function exitCode(error: unknown): number {
  if (error instanceof InterruptedError) return EXIT_INTERRUPTED;
  return error instanceof OptionError ? EXIT_USAGE : EXIT_FAILED;
}
