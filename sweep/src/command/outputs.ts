import { writeFile } from 'node:fs/promises';
import { checkFile } from '../../../src/cli/json-file.ts';
import { GradweaveError } from '../../../src/errors.ts';
import type { SweepState } from '../contract.ts';
import { csvOf } from '../view/csv.ts';
import { journalOf } from '../view/journal.ts';

/** A file that an option asks for, and what is written to it. */
type Output = (state: SweepState) => string | Promise<string>;

const OUTPUTS: Readonly<Record<string, Output>> = {
  json: (state) => `${JSON.stringify(state)}\n`,
  csv: csvOf,
  optuna: journalOf,
};

/**
 * Checks the options that name files, before anything runs.
 *
 * @param report makes the text of `--report`
 * @returns what writes them; it gives a line for each
 * @throws {UsageError} if one cannot be written
 */
export async function outputsOf(
  values: ReadonlyMap<string, string>,
  report: Output,
): Promise<(state: SweepState) => Promise<string[]>> {
  const outputs = Object.entries({ ...OUTPUTS, report }).flatMap(([name, output]) => {
    const file = values.get(name);
    return file === undefined ? [] : [{ name, output, file }];
  });
  for (const { name, file } of outputs) await checkFile(file, `--${name}`);
  return async (state) => {
    const lines = [];
    for (const { name, output, file } of outputs) {
      const text = await output(state);
      await writeFile(file, text).catch((error: Error) => {
        throw new GradweaveError(`--${name}: '${file}' cannot be written: ${error.message}`);
      });
      lines.push(`Written: ${file}`);
    }
    return lines;
  };
}
