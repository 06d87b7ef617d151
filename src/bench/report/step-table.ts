import { percent, plain, table } from '../../paper/format.ts';
import type { Proof } from '../peer.ts';
import type { StepResult } from '../results.ts';
import { shown } from '../text.ts';
import { ourBest } from './facts.ts';

export const times = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
const whole = (count: number | undefined): string =>
  count === undefined ? '–' : String(Number(count.toFixed(2)));

function rowOf(
  step: StepResult,
  best: StepResult | undefined,
  measure: Proof['measure'],
): string[] {
  const { contender, time, counts, gpuBytes, learned } = step;
  const { loss = Number.NaN, accuracy } = learned;
  return [
    plain(contender),
    shown(time),
    Math.round(step.samplesPerSecond).toLocaleString('en'),
    best ? times(time.median / best.time.median) : '–',
    percent(step.shareOfPeak, 1),
    whole(counts?.dispatches),
    whole(counts?.submits),
    whole(counts?.writes),
    gpuBytes === null ? '–' : (gpuBytes / 1e6).toFixed(0),
    `${measure === 'loss' ? loss.toFixed(2) : percent(accuracy, 1)} / ${learned.steps}`,
  ];
}

/** Steps of one recipe, a contender a row. */
export function stepTable(steps: readonly StepResult[], measure: Proof['measure']): string {
  const header = [
    'contender',
    'ms a step',
    'samples/s',
    'times our best',
    'of peak',
    'dispatches',
    'submits',
    'writes',
    'GPU, MB',
    `${measure} / steps`,
  ];
  const best = ourBest(steps);
  return table(
    header,
    steps.map((step) => rowOf(step, best, measure)),
  );
}
