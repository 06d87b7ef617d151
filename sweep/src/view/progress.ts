/** What the terminal shows while a sweep runs, and at its end. */
import { formatCount, formatSeconds, loudBox } from '../../../src/cli/format.ts';
import type { Alarm, StoredTrial, SweepState } from '../contract.ts';
import { countsOf, pointsOf, secondsLeft } from './summary.ts';
import { type Column, tableLines } from './table.ts';
import { metricText, scoreText, spreadText, valueText } from './values.ts';

/** The line that is overwritten. Its least important parts are left out to fit. */
export function progressLine(state: SweepState, columns: number): string {
  const counts = countsOf(state.trials);
  const total = Math.max(state.planned ?? 0, state.trials.length);
  const some = (count: number, what: string): string =>
    count > 0 ? `${formatCount(count)} ${what}` : '';
  const [best] = pointsOf(state);
  const left = secondsLeft(state);
  const parts: readonly (readonly [string, number])[] = [
    [
      `${formatCount(counts.ended)}/${formatCount(total)}${state.planned === null ? '+' : ''} trials`,
      9,
    ],
    [some(counts.running, 'running'), 6],
    [some(counts.waiting, 'waiting'), 2],
    [some(counts.pruned, 'pruned'), 1],
    [some(counts.lost, 'lost'), 5],
    [some(counts.failed, 'failed'), 7],
    [best?.mean == null ? '' : `best ${spreadText(best, state.objective)}`, 8],
    [left === null ? '' : `${formatSeconds(left)} left`, 4],
  ];
  // The last column stays free: some terminals start a new line once it is filled.
  const width = Math.max(0, columns - 1);
  const there = parts.filter(([text]) => text !== '');
  for (let least = 0; least < 9; least++) {
    const line = there.flatMap(([text, weight]) => (weight > least ? [text] : [])).join('  ');
    if (line.length <= width) return line;
  }
  return there[0][0].slice(0, width);
}

/** A line of a trial that ended, for output that is no terminal: `trial 12  done  88.42%  lr=0.001 seed=2`. */
export function endedLine(
  trial: StoredTrial,
  { objective }: Pick<SweepState, 'objective'>,
): string {
  const { number, state, values, spec, result, failure } = trial;
  const last = result?.test ?? trial.epochs.at(-1)?.test;
  const metric = objective.metric === 'test.loss' ? last?.loss : last?.accuracy;
  const options = Object.entries(values).map(([name, value]) => `${name}=${valueText(value)}`);
  const text = failure === null ? scoreText(metric ?? null, objective) : firstLine(failure);
  return [`trial ${number}`, state, text, [...options, `seed=${spec.seed}`].join(' ')].join('  ');
}

const firstLine = (text: string): string => text.split('\n', 1)[0];

/** The best points as a table. */
export function bestLines(
  state: SweepState,
  columns: number,
  most = 10,
): { readonly header: string | undefined; readonly lines: readonly string[] } {
  const points = pointsOf(state).filter(({ mean }) => mean !== null);
  const shown = state.dimensions.filter((name) =>
    points.some(({ values }) => values[name] !== undefined),
  );
  const table: Column[] = [
    { name: 'point', align: 'right' },
    ...shown.map((name): Column => {
      const numbers = points.every(({ values }) =>
        ['number', 'undefined'].includes(typeof values[name]),
      );
      return { name, align: numbers ? 'right' : 'left' };
    }),
    { name: metricText(state.objective), align: 'right' },
    { name: 'seeds', align: 'right' },
  ];
  const rows = points
    .slice(0, most)
    .map((point) => [
      String(point.point),
      ...shown.map((name) => valueText(point.values[name])),
      spreadText(point, state.objective),
      point.scores.length === point.trials.length
        ? String(point.scores.length)
        : `${point.scores.length}/${point.trials.length}`,
    ]);
  return tableLines(table, rows, columns);
}

/** How the trials ended, in words. */
export function endText(state: SweepState): string {
  const { done, pruned, failed, lost, waiting, running } = countsOf(state.trials);
  const parts = [
    `${formatCount(done)} of ${formatCount(state.trials.length)} trials done`,
    ...(pruned > 0 ? [`${formatCount(pruned)} pruned`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(waiting + running > 0 ? [`${formatCount(waiting + running)} to do`] : []),
    ...(lost > 0 ? [`${formatCount(lost)} lost and taken up again`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** A box for an alarm. */
export function alarmLines({ id, kind, digests, workers }: Alarm, width: number): string[] {
  return loudBox(
    [
      `Trial ${id.slice(0, 12)} ended in different bits on the same kind of adapter (${kind}):`,
      `${digests[0].slice(0, 16)} by ${workers[0]}`,
      `${digests[1].slice(0, 16)} by ${workers[1]}`,
      'One of these machines or drivers is at fault: its other results are not to be trusted.',
    ],
    width,
  );
}
