import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchReport } from '../bench/report/index.ts';
import { fileNameOf } from '../bench/report/names.ts';
import type { SavedBench } from '../bench/results.ts';
import { checkCheckout } from './json-file.ts';
import { PACKAGE_ROOT } from './paths.ts';

/**
 * Keeps a result in bench/results and rewrites docs/bench from all results there.
 *
 * @param root for tests
 * @returns what was done, for the user
 * @throws {UsageError} outside of a checkout.
 */
export async function saveBench(result: SavedBench, root: string = PACKAGE_ROOT): Promise<string> {
  await checkSave(root);
  const kept = join(root, 'bench', 'results');
  const docs = join(root, 'docs', 'bench');
  const name = fileNameOf(result);
  await writeFile(join(kept, name), `${JSON.stringify(result, null, 1)}\n`);
  const names = (await readdir(kept)).filter((file) => file.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(kept, file), 'utf8')));
  const results: SavedBench[] = texts.map((text) => JSON.parse(text));
  for (const [file, text] of Object.entries(benchReport(results))) {
    await writeFile(join(docs, file), text);
  }
  return `Kept as bench/results/${name}; rewrote docs/bench/README.md.`;
}

/** @throws {UsageError} if the folders that it writes to are not there: outside of a checkout. */
export function checkSave(root: string = PACKAGE_ROOT): Promise<void> {
  return checkCheckout(root, ['bench/results', 'docs/bench'], '--save');
}
