import { cssValue } from '../../src/harness/page/dom.ts';
import type { TrialEpoch } from '../../src/trial/result.ts';
import type { StoredTrial, SweepState } from '../src/contract.ts';
import { bestOverTime } from '../src/view/summary.ts';
import { scoreText } from '../src/view/values.ts';
import { axisColours, baseOption, Chart, RUN_COLOURS } from './charts.ts';

/** What a curve can show of an epoch. */
export const CURVES: Readonly<
  Record<string, { readonly share: boolean; of(epoch: TrialEpoch): number | null }>
> = {
  'test accuracy': { share: true, of: ({ test }) => test.accuracy },
  'test loss': { share: false, of: ({ test }) => test.loss },
  'training accuracy': { share: true, of: ({ train }) => train.accuracy },
  'training loss': { share: false, of: ({ train }) => train.loss },
};

/** More curves cannot be told apart. */
export const MOST_CURVES = 40;

const grid = { left: 62, right: 20, top: 16, bottom: 40 };

const valueAxis = (share: boolean): object => ({
  ...axisColours(),
  type: 'value',
  scale: true,
  axisLabel: {
    color: cssValue('--text-soft'),
    formatter: (value: number) =>
      share ? `${Number((100 * value).toFixed(2))}%` : String(Number(value.toPrecision(4))),
  },
});

/** The curves of some trials. */
export class CurvesView {
  readonly #chart: Chart;

  constructor(element: HTMLElement) {
    this.#chart = new Chart(element);
  }

  show(trials: readonly StoredTrial[], what: string): void {
    const { share, of } = CURVES[what];
    const shown = trials.slice(0, MOST_CURVES);
    this.#chart.show(() => ({
      ...baseOption(),
      grid,
      xAxis: {
        ...axisColours(),
        type: 'value',
        min: 1,
        minInterval: 1,
        name: 'epoch',
        nameLocation: 'middle',
        nameGap: 26,
        splitLine: { show: false },
      },
      yAxis: valueAxis(share),
      series: shown.map((trial, i) => ({
        type: 'line',
        name: `trial ${trial.number}`,
        data: trial.epochs.map((epoch) => [epoch.epoch, of(epoch)]),
        symbolSize: 5,
        showSymbol: trial.epochs.length < 30,
        lineStyle: { width: 1.6, type: trial.state === 'pruned' ? 'dashed' : 'solid' },
        color: cssValue(RUN_COLOURS[i % RUN_COLOURS.length]),
        emphasis: { focus: 'series' },
        tooltip: {
          formatter: ({ value }: { value: [number, number] }) =>
            `trial ${trial.number}, seed ${trial.spec.seed}, epoch ${value[0]}: ${share ? `${(100 * value[1]).toFixed(2)}%` : value[1].toPrecision(4)}`,
        },
      })),
    }));
  }
}

/** The best complete point over time, with the range of its seeds. */
export class HistoryView {
  readonly #chart: Chart;

  constructor(element: HTMLElement) {
    this.#chart = new Chart(element);
  }

  show(state: SweepState): void {
    const steps = bestOverTime(state);
    const last = steps.at(-1);
    const until = Math.max(
      last?.seconds ?? 0,
      ...state.trials.map(({ ended }) => (ended ?? 0) - state.began),
    );
    const [unit, name] =
      until > 7200 ? [3600, 'hours'] : until > 180 ? [60, 'minutes'] : [1, 'seconds'];
    const points = last ? [...steps, { ...last, seconds: until }] : [];
    const at = (value: (step: (typeof points)[number]) => number): [number, number][] =>
      points.map((step) => [step.seconds / unit, value(step)]);
    const band = {
      type: 'line',
      step: 'end',
      symbol: 'none',
      silent: true,
      stack: 'range',
      lineStyle: { opacity: 0 },
    };
    this.#chart.show(() => ({
      ...baseOption(),
      grid,
      xAxis: {
        ...axisColours(),
        type: 'value',
        name,
        nameLocation: 'middle',
        nameGap: 26,
        splitLine: { show: false },
      },
      yAxis: valueAxis(state.objective.metric === 'test.accuracy'),
      series: [
        { ...band, data: at(({ low }) => low) },
        {
          ...band,
          data: at(({ low, high }) => high - low),
          areaStyle: { color: cssValue('--accent'), opacity: 0.18 },
        },
        {
          type: 'line',
          step: 'end',
          data: at(({ mean }) => mean),
          symbolSize: 7,
          color: cssValue('--accent'),
          lineStyle: { width: 2 },
          tooltip: {
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const { point, mean, low, high } = points[dataIndex];
              const text = (score: number): string => scoreText(score, state.objective);
              return `point ${point}: ${text(mean)}, seeds from ${text(low)} to ${text(high)}`;
            },
          },
        },
      ],
    }));
  }
}
