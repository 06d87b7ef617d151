/** The parts of ECharts that the page draws with, and their colours. */
import { LineChart, ParallelChart } from 'echarts/charts';
import { GridComponent, ParallelComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { cssValue, onScheme } from '../../src/harness/page/dom.ts';

use([LineChart, ParallelChart, GridComponent, ParallelComponent, TooltipComponent, CanvasRenderer]);

/** A chart that is drawn again in the colours of the scheme, and in the size of its element. */
export class Chart {
  readonly chart: EChartsType;
  #option: (() => EChartsCoreOption) | undefined;

  constructor(element: HTMLElement) {
    this.chart = init(element, null, { renderer: 'canvas' });
    new ResizeObserver(() => this.chart.resize()).observe(element);
    onScheme(() => this.#draw());
  }

  show(option: () => EChartsCoreOption): void {
    this.#option = option;
    this.#draw();
  }

  #draw(): void {
    if (this.#option) this.chart.setOption(this.#option(), { notMerge: true, lazyUpdate: true });
  }
}

/** What all charts have; tooltips are drawn, so that no text of others becomes markup. */
export function baseOption(): EChartsCoreOption {
  const text = { color: cssValue('--text'), fontFamily: cssValue('--font') };
  return {
    animation: false,
    textStyle: text,
    tooltip: {
      renderMode: 'richText',
      backgroundColor: cssValue('--card'),
      borderColor: cssValue('--edge'),
      textStyle: { ...text, fontSize: 12 },
      confine: true,
    },
  };
}

export const axisColours = (): object => ({
  axisLine: { lineStyle: { color: cssValue('--edge') } },
  axisTick: { lineStyle: { color: cssValue('--edge') } },
  axisLabel: { color: cssValue('--text-soft') },
  nameTextStyle: { color: cssValue('--text-soft') },
  splitLine: { lineStyle: { color: cssValue('--line') } },
});

export const RUN_COLOURS = ['--run-1', '--run-2', '--run-3', '--run-4', '--run-5', '--run-6'];

/** A colour between two of the scheme, `share` from 0 to 1, as `rgb(…)`. */
export function between(from: string, to: string, share: number): string {
  const [a, b] = [from, to].map((name) => {
    const hex = cssValue(name).slice(1);
    return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  });
  return `rgb(${a.map((one, i) => Math.round(one + (b[i] - one) * share)).join(',')})`;
}
