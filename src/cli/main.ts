/** The command line: finds the command, reads its options, turns errors into exit codes. */
import type { FoundBrowser } from '../../scripts/find-browser.mjs';
import type { Command } from './command.ts';
import { commandLineOf } from './command-line.ts';
import { COMMANDS } from './commands/index.ts';
import { exitCode, showError } from './error-text.ts';
import { UsageError } from './errors.ts';
import { EXIT_DONE, EXIT_USAGE } from './exit-codes.ts';
import { commandHelp, generalHelp } from './help.ts';
import { parseOptions } from './options.ts';
import { packageVersion } from './paths.ts';
import { suggestion } from './suggest.ts';
import { processTerminal, type Terminal } from './terminal.ts';

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
    showError(error, terminal, { command: known, debug: !!env.GRADWEAVE_DEBUG });
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
