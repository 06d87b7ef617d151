/**
 * Rewrites the reports in docs/ from the results that are kept in the repository, after a change of
 * their text: `node scripts/reports.mjs`. Runs nothing on a GPU. A test compares them.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import '../test/run/register-ts.mjs';
import { networksPlot } from './networks.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

const all = (folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => read(join(folder, name)));

/** @returns {Promise<Record<string, string>>} path from the repository's root → text */
export async function reports() {
  const { writeReport } = await import('../src/paper/index.ts');
  const { benchReport } = await import('../src/bench/report/index.ts');
  const { verifyReport } = await import('../src/cli/save-verify.ts');
  const { lineChart } = await import('../src/paper/lines.ts');
  const inFolder = (folder, files) =>
    Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]);
  return Object.fromEntries([
    ...inFolder('docs/paper', writeReport(read('docs/paper/results.json'))),
    ...inFolder('docs/bench', benchReport(all('bench/results'))),
    ['docs/verify/README.md', verifyReport(all('docs/verify'))],
    ['docs/networks.svg', networksPlot(all('bench/gpu'), lineChart)],
  ]);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await reports())) {
    writeFileSync(join(ROOT, path), text);
  }
}
