import type { Spread } from '../../../src/ensemble/spread.ts';
import { fixed, percent, plain, table } from '../../../src/paper/format.ts';
import type { Point } from '../contract.ts';
import type { CheckedPlan } from '../plan/checked.ts';
import { sameValue } from '../space/axes.ts';
import { valueText } from '../view/values.ts';
import type { ReportedPoint } from './points.ts';

/** Most rows of a table of points; others are counted. */
const MOST_ROWS = 100;

/** Tables of a sweep's points, and what is said of them. */
export function tablesOf(plan: CheckedPlan, points: readonly ReportedPoint[]): string[] {
  const best = bestOf(plan, points);
  const { base } = plan;
  return base ? eachTables(plan, base, points, best) : rankedTables(plan, points, best);
}

/** The objective's mean over a point's seeds; undefined if a seed has none. */
function scoreOf({ objective }: CheckedPlan, point: ReportedPoint): number | undefined {
  const spread = objective.metric === 'test.loss' ? point.loss : point.accuracy;
  return spread?.count === point.trials.length ? spread.mean : undefined;
}

function bestOf(plan: CheckedPlan, points: readonly ReportedPoint[]): ReportedPoint | undefined {
  return ranked(plan, points).find((point) => scoreOf(plan, point) !== undefined);
}

/** The best first; those without a mean over all seeds last. */
function ranked(plan: CheckedPlan, points: readonly ReportedPoint[]): ReportedPoint[] {
  const sign = plan.objective.direction === 'maximize' ? -1 : 1;
  return points.toSorted((a, b) => {
    const [x, y] = [scoreOf(plan, a), scoreOf(plan, b)];
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined);
    return sign * (x - y) || a.number - b.number;
  });
}

const HEADS = ['Test loss', 'Test accuracy', 'Best seed', 'Seconds an epoch'];

/** The cells of what came of a point. */
function cellsOf(plan: CheckedPlan, point: ReportedPoint): string[] {
  const { loss, accuracy, done, trials, epochSeconds } = point;
  const left = done < trials.length ? ` (${done} of ${trials.length} seeds)` : '';
  return [
    `${lossText(loss)}${left}`,
    `${accuracyText(accuracy)}${left}`,
    plan.objective.metric === 'test.loss' ? leastText(loss) : mostText(accuracy),
    epochSeconds === null ? '–' : fixed(epochSeconds, 2),
  ];
}

const lossText = (loss: Spread | null): string =>
  loss === null
    ? '–'
    : withDeviation(loss, (value) => fixed(value, Math.abs(loss.mean) < 0.1 ? 5 : 4));

const accuracyText = (accuracy: Spread | null): string =>
  accuracy === null ? '–' : `${withDeviation(accuracy, (value) => fixed(value * 100, 2))}%`;

const withDeviation = (
  { count, mean, deviation }: Spread,
  write: (value: number) => string,
): string => (count > 1 ? `${write(mean)} ± ${write(deviation)}` : write(mean));

const leastText = (loss: Spread | null): string => (loss === null ? '–' : fixed(loss.least, 4));
const mostText = (accuracy: Spread | null): string =>
  accuracy === null ? '–' : percent(accuracy.most);

function rankedTables(
  plan: CheckedPlan,
  points: readonly ReportedPoint[],
  best: ReportedPoint | undefined,
): string[] {
  const names = plan.space.map(({ name }) => name);
  const rows = ranked(plan, points)
    .slice(0, MOST_ROWS)
    .flatMap((point) => [
      bolded(point === best, [
        String(point.number),
        ...names.map((name) => plain(valueText(point.values[name]))),
        ...cellsOf(plan, point),
      ]),
      ...referencesOf(plan, point.values).map(([name, ...figures]) => [
        `*${name}*`,
        ...[...names.map(() => ''), ...figures, '', ''],
      ]),
    ]);
  const more = points.length - MOST_ROWS;
  return [
    table(['Point', ...names.map(plain), ...HEADS], rows, 1 + names.length),
    ...(more > 0 ? [`${more} more points are left out.`] : []),
    ...(best ? [`Best: point ${best.number}.`] : []),
  ];
}

function eachTables(
  plan: CheckedPlan,
  base: Point,
  points: readonly ReportedPoint[],
  best: ReportedPoint | undefined,
): string[] {
  const at = points.find(({ values }) => isAt(values, base));
  const row = (option: string, value: string, point: ReportedPoint): string[][] => [
    bolded(point === best, [
      option,
      value,
      ...cellsOf(plan, point),
      at && point !== at ? difference(point, at) : '–',
    ]),
    ...referencesOf(plan, point.values).map(([name, loss, accuracy]) => [
      `*${name}*`,
      ...['', loss, accuracy, '', '', ''],
    ]),
  ];
  const rows = [
    ...(at ? row('base', '', at) : []),
    ...plan.space.flatMap((axis) =>
      points
        .filter(({ values }) => !sameValue(values[axis.name], base[axis.name]))
        .flatMap((point) =>
          row(plain(axis.name), plain(valueText(point.values[axis.name])), point),
        ),
    ),
  ];
  const values = plan.space.map(({ name }) => `${name} ${valueText(base[name])}`).join(', ');
  return [
    `The base: ${plain(values)}.`,
    table(['Changed', 'To', ...HEADS, 'Accuracy against the base'], rows, 2),
    '*Against the base*: the difference of the means in points ± twice its standard error over the seeds. A difference smaller than that says nothing.',
    ...(best ? [`The best is in bold.`] : []),
  ];
}

/** Whether a point has all values of another. */
const isAt = (values: Point, other: Point): boolean =>
  Object.entries(other).every(
    ([name, value]) => Object.hasOwn(values, name) && sameValue(values[name], value),
  );

function difference(point: ReportedPoint, base: ReportedPoint): string {
  if (point.accuracy === null || base.accuracy === null) return '–';
  const points = 100 * (point.accuracy.mean - base.accuracy.mean);
  const text = `${points > 0 ? '+' : ''}${fixed(points, 2)}`;
  if (point.accuracy.count < 2 || base.accuracy.count < 2) return text;
  const variance = [point.accuracy, base.accuracy].reduce(
    (sum, { deviation, count }) => sum + deviation ** 2 / count,
    0,
  );
  return `${text} ± ${fixed(200 * Math.sqrt(variance), 2)}`;
}

/** Name, loss and accuracy of the figures from elsewhere that belong to a point: those whose values it has, and else the base's. */
function referencesOf({ references, base }: CheckedPlan, values: Point): string[][] {
  return references
    .filter(({ point }) => isAt(values, base ? { ...base, ...point } : point))
    .map(({ name, loss, accuracy }) => [
      plain(name),
      loss === undefined ? '–' : String(loss),
      accuracy === undefined ? '–' : percent(accuracy, 1),
    ]);
}

const bolded = (is: boolean, cells: string[]): string[] =>
  is ? cells.map((cell) => (cell === '' || cell === '–' ? cell : `**${cell}**`)) : cells;
