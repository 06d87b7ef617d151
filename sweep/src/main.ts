/** The command line of sweeps: `gradweave sweep` starts it in a Node that is new enough. */

import { SWEEP_SPEC } from '../../src/cli/commands/sweep-options.ts';
import { exitCode, showError } from '../../src/cli/error-text.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { parseOptions } from '../../src/cli/options.ts';
import { processTerminal, type Terminal } from '../../src/cli/terminal.ts';
import { checkNode } from './command/node-version.ts';

/**
 * Runs a sweep.
 *
 * @param argv arguments without node and the script
 * @returns the exit code; see src/cli/exit-codes.ts
 */
async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { env } = process;
  try {
    checkNode(process.versions.node);
    const parsed = parseOptions(SWEEP_SPEC, argv);
    if (parsed.help) {
      terminal.out(`${commandHelp(SWEEP_SPEC, terminal.columns())}\n`);
      return 0;
    }
    const { runSweep } = await import('./command/run.ts');
    return await runSweep({ arguments: parsed, terminal, env });
  } catch (error) {
    showError(error, terminal, { command: 'sweep', debug: !!env.GRADWEAVE_DEBUG });
    return exitCode(error);
  }
}

process.exitCode = await main(process.argv.slice(2), processTerminal());
