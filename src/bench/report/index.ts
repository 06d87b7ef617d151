import { codeBlock, plain } from '../../paper/format.ts';
import type { SavedBench } from '../results.ts';
import { adapterTitle, machineOf } from './names.ts';
import { hasPlot, machinePlot } from './plot.ts';
import { historyTable, partsOf } from './tables.ts';

/** The machine and settings of a run, in sentences. */
function circumstances(result: SavedBench): string {
  const { adapter, browser, system, dataset, rounds, peak, peers, heapBytes } = result;
  const heap =
    heapBytes === null ? '' : ` JavaScript’s heap was at most ${(heapBytes / 1e6).toFixed(0)} MB.`;
  const against =
    peers.length === 0
      ? ''
      : ` Against ${peers.map(({ name, version }) => `${name} ${version}`).join(', ')}.`;
  return plain(
    `${adapterTitle(result)}${adapter.software ? ' (software)' : ''}, driver ${adapter.driver}; ` +
      `${browser}; ${system.os}, ${system.cores} × ${system.cpu}; commit ${result.commit}; ` +
      `${dataset.name}${dataset.synthetic ? ' (synthetic)' : ''}. ` +
      `Arithmetic peak ${peak.before.toFixed(1)} GFLOP/s before and ${peak.after.toFixed(1)} after; ` +
      `medians of ${rounds} rounds, lowest and highest in brackets.${against}${heap}`,
  );
}

/** The newest run of a machine in full, and of older ones what the newer ones did not measure. */
function section(runs: readonly SavedBench[], image: string | null): string[] {
  const reported = new Set<string>();
  const texts: string[] = [];
  for (const run of [...runs].reverse()) {
    const newest = texts.length === 0;
    const parts = partsOf(run).filter(({ name }) => !reported.has(name));
    if (parts.length === 0 && !newest) continue;
    for (const { name } of parts) reported.add(name);
    const title = `${plain(adapterTitle(run))}, ${run.runtime}, ${run.date.slice(0, 10)}`;
    texts.push(
      newest ? `## ${title}` : `### ${title}: what the newer runs did not measure`,
      circumstances(run),
      codeBlock(`npx ${run.command}`),
      ...(image && newest ? [`![Figures of ${runs.length} runs](${image})`] : []),
      ...parts.flatMap((part) => part.texts),
    );
  }
  return texts;
}

const INTRODUCTION = `# Speed

Written by \`gradweave bench --save\` from the files in [bench/results](../../bench/results); do not edit.

All contenders run in one browser, in turn, round by round, after a warm-up that is dropped. The adapter’s
peak is measured in every race by a kernel that only multiplies and adds; shares of the peak refer to the
same race. Only contenders that learn, and only products that are correct, are timed. Machines differ, and one
machine differs from hour to hour: compare within a run.`;

/**
 * The report on all stored runs.
 *
 * @returns file → contents
 */
export function benchReport(given: readonly SavedBench[]): Record<string, string> {
  const results = [...given].sort((a, b) => a.date.localeCompare(b.date));
  const files: Record<string, string> = {};
  const sections: string[] = [];
  for (const machine of new Set(results.map(machineOf))) {
    const runs = results.filter((result) => machineOf(result) === machine);
    const image = hasPlot(runs) ? `${machine}.svg` : null;
    if (image) files[image] = machinePlot(runs);
    sections.push(...section(runs, image));
  }
  files['README.md'] =
    `${[INTRODUCTION, '## All runs', historyTable(results), ...sections].join('\n\n')}\n`;
  return files;
}
