import { FASHION_MNIST } from '../../../data/fashion-mnist.ts';
import { PAPER_TABLE, TABLE_LOSS } from '../../../paper/table.ts';
import { Chart, type Reference } from '../charts/chart.ts';
import { byId } from '../dom.ts';
import type { RunRecord } from '../notebook/run-store.ts';
import { percent } from '../numbers.ts';
import { say } from '../words/words.ts';

/** The paper's figures for the shown models, if they train on the paper's data. Its losses are cross-entropies. */
function tableOne(
  runs: readonly RunRecord[],
  what: 'loss' | 'accuracy',
  text: (value: number) => string,
): Reference[] {
  const shown = runs.filter(
    ({ loss, dataset }) =>
      dataset?.name === FASHION_MNIST && (what === 'accuracy' || loss === TABLE_LOSS),
  );
  return PAPER_TABLE.filter(({ model }) =>
    shown.some(({ title }) => title === `Model ${model}`),
  ).map((row) => ({
    y: row[what],
    label: say('Table I, Model {model}: {value}', { model: row.model, value: text(row[what]) }),
  }));
}

/** The charts of the runs, and their legend. */
export class Curves {
  readonly #charts: readonly Chart[];

  constructor() {
    const short = (value: number): string => String(Number(value.toPrecision(3)));
    this.#charts = [
      new Chart(byId('chart-loss'), {
        title: 'Loss',
        of: (point) => point.loss,
        format: short,
        references: (runs) => tableOne(runs, 'loss', String),
      }),
      new Chart(byId('chart-accuracy'), {
        title: 'Accuracy',
        of: (point) => point.accuracy,
        format: (value) => `${short(100 * value)}%`,
        references: (runs) => tableOne(runs, 'accuracy', percent),
      }),
    ];
    byId('png-loss').addEventListener('click', () => this.#charts[0].savePng());
    byId('png-accuracy').addEventListener('click', () => this.#charts[1].savePng());
  }

  draw(runs: readonly RunRecord[]): void {
    const shown = runs.filter((run) => run.shown);
    for (const chart of this.#charts) chart.draw(shown);
    byId('legend-paper').hidden = tableOne(shown, 'accuracy', percent).length === 0;
    byId('legend-many').hidden = !shown.some(({ networks }) => networks.length > 0);
    const synthetic = shown.some(({ dataset }) => dataset?.synthetic);
    for (const mark of document.querySelectorAll<HTMLElement>('[data-synthetic]')) {
      mark.hidden = !synthetic;
    }
  }
}
