import { main } from '../../src/cli/main.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

/**
 * Runs the command in this process.
 *
 * @param columns of the terminal, at which lines are wrapped; undefined: they are not
 */
export async function runMain(
  args: readonly string[],
  columns?: number,
): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const terminal: Terminal = {
    ...{ out: write, err: write, columns: () => columns ?? 80 },
    ...{ live: false, colours: false, wraps: columns !== undefined },
  };
  const code = await main(args, { terminal });
  return { code, text };
}
