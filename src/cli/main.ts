/** The command line: finds the command, reads its options, turns errors into exit codes. */
import type { FoundBrowser } from '../../scripts/find-browser.mjs';
import { GradweaveError, OptionError } from '../errors.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { InterruptedError, UsageError } from './errors.ts';
import { commandHelp, generalHelp } from './help.ts';
import { parseOptions } from './options.ts';
import { packageVersion } from './paths.ts';
import { suggestion } from './suggest.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** What `main` uses of the process; a test gives its own. */
export interface MainOptions {
  readonly terminal?: Terminal;
  readonly env?: NodeJS.ProcessEnv;
  /** Installs a browser when none is found (scripts/setup.mjs). */
  readonly installBrowser?: (chrome?: string) => FoundBrowser;
}

/**
 * Runs the command that the arguments name.
 *
 * @param argv Arguments without node and the script.
 * @returns The exit code: 0 done; 1 failed, or a check was not ok; 2 the command line is wrong;
 *   130 interrupted.
 */
export async function main(argv: readonly string[], options: MainOptions = {}): Promise<number> {
  const { terminal = processTerminal(), env = process.env, installBrowser } = options;
  try {
    const [name, ...rest] = argv;
    if (name === undefined || name === '--help' || name === '-h') {
      const text = `${generalHelp(COMMANDS, packageVersion())}\n`;
      // Asked for, it is the result; without a command it is the answer to a mistake.
      if (name === undefined) terminal.err(text);
      else terminal.out(text);
      return name === undefined ? 2 : 0;
    }
    if (name === '--version') {
      terminal.out(`${packageVersion()}\n`);
      return 0;
    }
    const command = findCommand(name);
    const parsed = parseOptions(command, rest);
    if (parsed.help) {
      terminal.out(`${commandHelp(command)}\n`);
      return 0;
    }
    const commandLine = ['gradweave', ...argv].map(shellWord).join(' ');
    return await command.run({ arguments: parsed, terminal, env, commandLine, installBrowser });
  } catch (error) {
    terminal.err(`${errorText(error)}\n`);
    return exitCode(error);
  }
}

function findCommand(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = COMMANDS.map((command) => command.name);
  const what = name.startsWith('-') ? 'option here; a command comes first' : 'command';
  throw new UsageError(
    `'${name}' is not a known ${what}.${suggestion(name, names)} ` +
      `The commands are ${names.join(', ')}. See: gradweave --help`,
  );
}

/** One clear message for what was foreseen; the stack for what was not. */
export function errorText(error: unknown): string {
  if (error instanceof UsageError || error instanceof InterruptedError) return error.message;
  if (error instanceof GradweaveError) return `${error.name}: ${error.message}`;
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return `Unexpected: ${String(error)}`;
}

/** See {@link main}. */
export function exitCode(error: unknown): number {
  if (error instanceof InterruptedError) return 130;
  return error instanceof OptionError ? 2 : 1;
}

/** Quoted for a POSIX shell where that is needed. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
