import { codeBlock, plain } from '../../paper/format.ts';
import type { SavedBench } from '../results.ts';
import { adapterTitle, machineOf } from './names.ts';
import { hasPlot, machinePlot } from './plot.ts';
import { historyTable, otherTables, stepTables } from './tables.ts';

/** What a run ran on, in sentences. */
function circumstances(result: SavedBench): string {
  const { adapter, browser, system, dataset, rounds, peak, peers, heapBytes } = result;
  const heap =
    heapBytes === null ? '' : ` JavaScript’s heap held ${(heapBytes / 1e6).toFixed(0)} MB at most.`;
  const against =
    peers.length === 0
      ? ''
      : ` Against ${peers.map(({ name, version }) => `${name} ${version}`).join(', ')}.`;
  return plain(
    `${adapterTitle(result)}${adapter.software ? ' (software)' : ''}, driver ${adapter.driver}; ` +
      `${browser}; ${system.os}, ${system.cores} × ${system.cpu}; commit ${result.commit}; ` +
      `${dataset.name}${dataset.synthetic ? ' (synthetic)' : ''}. ` +
      `Arithmetic peak ${peak.before.toFixed(1)} GFLOP/s before and ${peak.after.toFixed(1)} after; ` +
      `medians of ${rounds} rounds, the least and the most in brackets.${against}${heap}`,
  );
}

/** The newest run of a machine in full. */
function section(runs: readonly SavedBench[], image: string | null): string[] {
  const newest = runs[runs.length - 1];
  return [
    `## ${plain(adapterTitle(newest))}, ${newest.runtime}, ${newest.date.slice(0, 10)}`,
    circumstances(newest),
    codeBlock(`npx ${newest.command}`),
    ...(image ? [`![Figures of ${runs.length} runs](${image})`] : []),
    ...stepTables(newest),
    ...otherTables(newest),
  ];
}

const INTRODUCTION = `# Speed

Written by \`gradweave bench --save\` from the files in [bench/results](../../bench/results); do not edit.

Contenders run in one browser, in turn, round by round, after a warm-up that is dropped. The adapter’s
peak is a kernel of nothing but multiply-adds and runs in every race; a share of the peak is taken
within its race. A contender that has not learned, or a product that is wrong, has no time. Machines
differ, and one machine differs by the hour: compare within a run.`;

/**
 * The report of all runs that were kept.
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
