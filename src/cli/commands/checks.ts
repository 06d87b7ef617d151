import { DataError, OptionError } from '../../errors.ts';
import type { CommandOutcome } from '../command.ts';

/**
 * Ends a command that runs checks: writes the rows and prints how many passed.
 *
 * @returns 0 if every row is ok, else 1
 * @throws {OptionError | DataError} if there was no row
 */
export async function endChecks(
  { rows, badRows, renderer, value, browser }: CommandOutcome,
  filter: string | undefined,
  writeJson: (value: unknown) => Promise<void>,
): Promise<number> {
  await writeJson({
    browser,
    passed: rows.length - badRows,
    failed: badRows,
    rows: rows.map(({ table, cells, ok }) => ({ table, cells, ok })),
    value,
  });
  if (rows.length === 0) {
    if (filter === undefined) throw new DataError('There was nothing to check.');
    throw new OptionError(`--filter '${filter}' matches no check. Leave it out to run all.`);
  }
  renderer.print('', `${rows.length - badRows} ok, ${badRows} not ok`);
  return badRows === 0 ? 0 : 1;
}
