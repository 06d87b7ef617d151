import type { ParsedArguments } from '../../../src/cli/spec.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

/** What the command gets to work with. */
export interface SweepContext {
  readonly arguments: ParsedArguments;
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
}
