import type { EpochRecord } from '../train/history.ts';
import { type Context, chartTitle, type Figure, recipeName } from './context.ts';
import { count, fixed, loss, percent } from './format.ts';
import { departures, type Group, optimizerName, recipeOf } from './groups.ts';
import { type Curve, type CurvePoint, lineChart, type Panel } from './lines.ts';
import type { AutoencoderRun, ClassifierRun } from './results.ts';
import { PAPER_TABLE } from './table.ts';

type Read = (record: EpochRecord) => number | null | undefined;

/** Mean, lowest and highest over the seeds, epoch by epoch; a gap if a seed's value is not finite. */
export function curvePoints(
  runs: readonly { readonly history: readonly EpochRecord[] }[],
  read: Read,
): CurvePoint[] {
  const byEpoch = new Map<number, number[]>();
  for (const record of runs.flatMap((run) => run.history)) {
    const value = read(record);
    if (value === undefined) continue;
    const values = byEpoch.get(record.epoch) ?? [];
    values.push(value ?? Number.NaN);
    byEpoch.set(record.epoch, values);
  }
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([x, values]) => {
      const sum = values.reduce((total, value) => total + value, 0);
      const mid = values.length === runs.length ? sum / values.length : Number.NaN;
      return { x, mid, low: Math.min(...values), high: Math.max(...values) };
    });
}

function curves(
  runs: readonly { readonly history: readonly EpochRecord[] }[],
  train: Read,
  test: Read,
): Curve[] {
  const seeds = runs.length > 1 ? ` (mean and range of ${count(runs.length, 'seed')})` : '';
  return [
    { name: `test${seeds}`, tone: 'accent', points: curvePoints(runs, test) },
    {
      name: seeds ? 'training (likewise)' : 'training',
      tone: 'rest',
      points: curvePoints(runs, train),
    },
  ];
}

function course(curve: Curve, write: (value: number) => string): string {
  const known = curve.points.filter((point) => Number.isFinite(point.mid));
  if (known.length === 0) return 'not known';
  const [first, last] = [known[0], known[known.length - 1]];
  const end = `${write(last.mid)} after epoch ${last.x}`;
  return first === last ? end : `${write(first.mid)} after epoch ${first.x}, ${end}`;
}

/** Loss and accuracy by epoch of the runs that represent a model. */
export function modelFigure(context: Context, group: Group<ClassifierRun>): Figure {
  const { model } = group.first;
  const recipe = recipeOf(group.first);
  const row = PAPER_TABLE[model - 1];
  // Results on other images cannot be compared with the paper's figures.
  const { synthetic } = context.results.dataset;
  const inPercent = (share: number | null | undefined) =>
    share === undefined ? undefined : (share ?? Number.NaN) * 100;
  const losses = curves(
    group.runs,
    (epoch) => epoch.train.loss,
    (epoch) => epoch.test?.loss,
  );
  const shares = curves(
    group.runs,
    (epoch) => inPercent(epoch.train.accuracy),
    (epoch) => inPercent(epoch.test?.accuracy),
  );
  const lossPanel: Panel = {
    title: recipe === 'text' ? 'Loss (mean squared error)' : 'Loss (cross-entropy)',
    unit: '',
    decimals: recipe === 'text' ? 4 : 3,
    curves: losses,
    // Table I's losses are not squared errors: on that scale they would flatten the curves.
    ...(recipe === 'table' && !synthetic
      ? { reference: { value: row.loss, label: `paper ${fixed(row.loss, 2)}` } }
      : {}),
  };
  const sharePanel: Panel = {
    title: 'Accuracy',
    unit: '%',
    decimals: 1,
    curves: shares,
    ...(synthetic
      ? {}
      : { reference: { value: row.accuracy * 100, label: `paper ${percent(row.accuracy, 1)}` } }),
  };
  const changes = departures(group.first);
  const altered = changes.length > 0 ? ` (${changes.join(', ')})` : '';
  const title = `Model ${model} · ${optimizerName(group.first.optimizer)} · ${recipeName(recipe)}`;
  const described =
    `Model ${model}, ${recipeName(recipe)}${altered}, ${count(group.runs.length, 'seed')}. ` +
    `Test loss ${course(losses[0], loss)}; test accuracy ${course(shares[0], (value) => percent(value / 100))}` +
    (synthetic
      ? '.'
      : `; the paper's Table I says ${fixed(row.loss, 2)} and ${percent(row.accuracy, 1)}.`);
  const svg = lineChart({
    title: chartTitle(context, title),
    description: described,
    xLabel: 'epoch',
    referenceName: "paper's Table I",
    panels: [lossPanel, sharePanel],
  });
  const name = recipe === 'text' ? 'mse' : 'cross-entropy';
  return { file: `model-${model}-${name}.svg`, alt: chartTitle(context, described), svg };
}

/** The autoencoder's loss by epoch. */
export function autoencoderFigure(context: Context, group: Group<AutoencoderRun>): Figure {
  const list = curves(
    group.runs,
    (epoch) => epoch.train.loss,
    (epoch) => epoch.test?.loss,
  );
  const title = `Autoencoder 784 – ${group.first.hidden} – 784 · mean squared error`;
  const alt = `${title}, ${count(group.runs.length, 'seed')}. Test loss ${course(list[0], loss)}.`;
  const svg = lineChart({
    title: chartTitle(context, title),
    description: alt,
    xLabel: 'epoch',
    panels: [{ title: 'Loss against the input', unit: '', decimals: 4, curves: list }],
  });
  return { file: 'autoencoder.svg', alt: chartTitle(context, alt), svg };
}
