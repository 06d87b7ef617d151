import type { EChartsCoreOption } from 'echarts/core';
import { cssValue } from '../../src/harness/page/dom.ts';
import type { StoredTrial, SweepState } from '../src/contract.ts';
import { metricText, scoreText } from '../src/view/values.ts';
import { type Axis, axisOf, placeOn, tickText } from './axes.ts';
import { axisColours, baseOption, between, Chart } from './charts.ts';
import { lastScore } from './scores.ts';

/** Parallel coordinates: a line for each trial that has a result, coloured by how good it is. */
export class ParallelView {
  readonly #chart: Chart;
  #shown: readonly StoredTrial[] = [];
  #axes = '';

  /** @param chosen called with the trials that are brushed; null if none of the axes is */
  constructor(element: HTMLElement, chosen: (trials: readonly StoredTrial[] | null) => void) {
    this.#chart = new Chart(element);
    this.#chart.chart.on('axisareaselected', () => {
      const [series] = this.#series();
      const active = new Set<number>(series.getRawIndicesByActiveState('active'));
      const inactive = series.getRawIndicesByActiveState('inactive').length;
      chosen(
        active.size === 0 && inactive === 0 ? null : this.#shown.filter((_, i) => active.has(i)),
      );
    });
  }

  show(state: SweepState): void {
    const scored = state.trials.flatMap((trial) => {
      const score = lastScore(trial, state.objective);
      return ['done', 'pruned'].includes(trial.state) && score !== null ? [{ trial, score }] : [];
    });
    const sign = state.objective.direction === 'maximize' ? 1 : -1;
    // The best lines are drawn last, over the others.
    scored.sort(
      (a, b) =>
        Number(a.trial.state === 'done') - Number(b.trial.state === 'done') ||
        sign * (a.score - b.score),
    );
    const trials = scored.map(({ trial }) => trial);
    const axes = state.dimensions.map((name) => axisOf(name, trials));
    const scores = new Map(scored.map(({ trial, score }) => [trial, score]));
    const key = JSON.stringify([axes, trials.map(({ id }) => id)]);
    // A brush stays until there are other lines.
    if (key === this.#axes) return;
    this.#axes = key;
    this.#shown = trials;
    this.#chart.show(() => this.#option(state, axes, scores));
  }

  #option(
    { objective }: SweepState,
    axes: readonly Axis[],
    scores: ReadonlyMap<StoredTrial, number>,
  ): EChartsCoreOption {
    const trials = this.#shown;
    const done = trials.filter(({ state }) => state === 'done').length;
    const first = trials.length - done;
    const result = { name: metricText(objective), type: 'value', scale: true } as const;
    const many = trials.length > 300;
    return {
      ...baseOption(),
      tooltip: { ...(baseOption().tooltip as object), trigger: 'item' },
      parallel: {
        left: 40,
        right: 70,
        top: 44,
        bottom: 26,
        parallelAxisDefault: {
          ...axisColours(),
          // Labels stand over the lines.
          z: 30,
          nameLocation: 'end',
          nameGap: 18,
          nameTextStyle: { color: cssValue('--text'), fontSize: 12 },
          axisLabel: {
            color: cssValue('--text-soft'),
            textBorderColor: cssValue('--card'),
            textBorderWidth: 3,
          },
          areaSelectStyle: {
            width: 22,
            color: cssValue('--accent'),
            borderColor: cssValue('--accent'),
            opacity: 0.25,
          },
        },
      },
      parallelAxis: [...axes, result].map((axis, dim) => ({
        dim,
        name: axis.name,
        type: axis.type,
        ...('data' in axis ? { data: axis.data } : { scale: true }),
        ...(axis.type === 'category'
          ? {}
          : {
              axisLabel: {
                color: cssValue('--text-soft'),
                textBorderColor: cssValue('--card'),
                textBorderWidth: 3,
                formatter: (value: number) =>
                  dim === axes.length ? scoreText(value, objective) : tickText(value),
              },
            }),
      })),
      series: [
        {
          type: 'parallel',
          smooth: 0.06,
          inactiveOpacity: 0.04,
          activeOpacity: many ? 0.5 : 0.9,
          progressive: 2000,
          lineStyle: { width: many ? 1 : 1.6, opacity: many ? 0.35 : 0.8 },
          emphasis: { lineStyle: { width: 3, opacity: 1 } },
          tooltip: {
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const trial = trials[dataIndex];
              return `trial ${trial.number}, seed ${trial.spec.seed}: ${scoreText(scores.get(trial) ?? null, objective)}`;
            },
          },
          data: trials.map((trial, i) => ({
            value: [...axes.map((axis) => placeOn(axis, trial)), scores.get(trial) ?? null],
            lineStyle:
              i < first
                ? { color: cssValue('--edge'), type: 'dashed', opacity: many ? 0.15 : 0.4 }
                : {
                    color: between('--run-2', '--accent', done < 2 ? 1 : (i - first) / (done - 1)),
                  },
          })),
        },
      ],
    };
  }

  /** ECharts gives what is brushed only of the series itself. */
  #series(): { getRawIndicesByActiveState(state: 'active' | 'inactive'): number[] }[] {
    const model = this.#chart.chart as unknown as {
      getModel(): { getSeries(): { getRawIndicesByActiveState(state: string): number[] }[] };
    };
    return model.getModel().getSeries();
  }
}
