import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchReport } from '../bench/report/index.ts';
import { fileNameOf } from '../bench/report/names.ts';
import type { SavedBench } from '../bench/results.ts';
import { UsageError } from './errors.ts';
import { PACKAGE_ROOT } from './paths.ts';

/**
 * Keeps a result in bench/results and writes docs/bench anew from all that are there.
 *
 * @param root for tests
 * @returns what was done, for the user
 * @throws {UsageError} outside of a checkout.
 */
export async function saveBench(result: SavedBench, root: string = PACKAGE_ROOT): Promise<string> {
  checkSave(root);
  const kept = join(root, 'bench', 'results');
  const docs = join(root, 'docs', 'bench');
  await mkdir(kept, { recursive: true });
  await mkdir(docs, { recursive: true });
  const name = fileNameOf(result);
  await writeFile(join(kept, name), `${JSON.stringify(result, null, 1)}\n`);
  const names = (await readdir(kept)).filter((file) => file.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(kept, file), 'utf8')));
  const results: SavedBench[] = texts.map((text) => JSON.parse(text));
  for (const [file, text] of Object.entries(benchReport(results))) {
    await writeFile(join(docs, file), text);
  }
  return `Kept as bench/results/${name}; docs/bench/README.md is written anew.`;
}

/** @throws {UsageError} where there is no bench/ to keep a result in. */
export function checkSave(root: string = PACKAGE_ROOT): void {
  if (existsSync(join(root, 'bench', 'package.json'))) return;
  throw new UsageError(
    `--save needs the folder bench/ of a checkout; ${root} has none. Use --json FILE instead.`,
  );
}
