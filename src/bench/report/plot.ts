import { type Curve, lineChart, type Panel } from '../../paper/lines.ts';
import type { SavedBench } from '../results.ts';
import { epochShare, ratios } from './facts.ts';
import { adapterTitle } from './names.ts';

/** A figure by run. A run without it interrupts the curve. */
function curve(
  name: string,
  tone: Curve['tone'],
  runs: readonly SavedBench[],
  value: (run: SavedBench) => number | undefined,
): Curve {
  const points = runs.map((run, i) => {
    const mid = value(run) ?? Number.NaN;
    return { x: i + 1, mid, low: mid, high: mid };
  });
  return { name, tone, points };
}

const drawn = ({ points }: Curve): boolean => points.some(({ mid }) => Number.isFinite(mid));

/** The figures of one machine over its runs, oldest first. */
export function machinePlot(runs: readonly SavedBench[]): string {
  const share = curve('gradweave', 'accent', runs, (run) => {
    const value = epochShare(run);
    return value === undefined ? undefined : 100 * value;
  });
  const others = [...new Set(runs.flatMap((run) => [...ratios(run).keys()]))];
  // Slow contenders would flatten the rest, so only the fastest of each run is drawn.
  const fastest = curve('the fastest other', 'accent', runs, (run) => {
    const values = [...ratios(run).values()];
    return values.length === 0 ? undefined : Math.min(...values);
  });
  const gpu = curve('jax-js webgpu', 'rest', runs, (run) => ratios(run).get('jax-js webgpu'));
  const panels: Panel[] = [];
  if (drawn(share)) {
    panels.push({
      title: 'Epoch of Model 2: share of the peak',
      unit: '%',
      decimals: 1,
      curves: [share],
    });
  }
  const compared = [gpu, fastest].filter(drawn);
  if (compared.length > 0) {
    panels.push({
      title: 'Step of others / our step',
      unit: '×',
      decimals: 1,
      curves: compared,
    });
  }
  const title = `Speed on ${adapterTitle(runs[0])}, ${runs[0].system.cpu}`;
  return lineChart({
    title,
    description:
      `${runs.length} saved runs, oldest first.` +
      (others.length > 0 ? ` Compared with ${others.join(', ')}.` : ''),
    xLabel: 'saved run',
    panels,
  });
}

/** Whether there is something to draw. */
export const hasPlot = (runs: readonly SavedBench[]): boolean =>
  runs.some((run) => epochShare(run) !== undefined || ratios(run).size > 0);
