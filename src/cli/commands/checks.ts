import { DataError, OptionError } from '../../errors.ts';
import type { CommandOutcome } from '../command.ts';

/**
 * Ends a command whose result is a table of checks: prints how many were right, writes the rows.
 *
 * @returns 0 when every row is ok, else 1.
 * @throws {OptionError | DataError} when there was no row: nothing checked is nothing right.
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
    if (filter === undefined) throw new DataError('Nothing was checked: there is no case.');
    throw new OptionError(`--filter '${filter}' matches no check; leave it out to run all.`);
  }
  renderer.print('', `${rows.length - badRows} ok, ${badRows} not ok`);
  return badRows === 0 ? 0 : 1;
}
