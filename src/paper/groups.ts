import type { EpochRecord } from '../train/history.ts';
import { count, setting } from './format.ts';
import type { AutoencoderRun, ClassifierRun } from './results.ts';
import type { Spread } from './spread.ts';
import { type ModelNumber, PAPER_MODELS } from './table.ts';

/** Runs that only differ in the seed. */
export interface Group<Run> {
  readonly runs: readonly Run[];
  /** The first of them; all have the same settings. */
  readonly first: Run;
}

/**
 * How a classifier is trained: `text` as the paper's section II says (mean squared error, pixels/255),
 * `table` as its Table I suggests (cross-entropy, standardised pixels).
 */
export type Recipe = 'text' | 'table';

/** The recipe of a run, by its loss. */
export function recipeOf(run: ClassifierRun): Recipe {
  return run.loss === 'mse' ? 'text' : 'table';
}

/** Mean and sample standard deviation. */
export function spreadOf(values: readonly number[]): Spread {
  const finite = values.filter((value) => Number.isFinite(value));
  const total = values.length;
  if (finite.length === 0) return { total, count: 0, mean: null, deviation: null };
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = finite.length > 1 ? Math.sqrt(squares / (finite.length - 1)) : null;
  return { total, count: finite.length, mean, deviation };
}

function groupBy<Run>(runs: readonly Run[], key: (run: Run) => string): Group<Run>[] {
  const found = new Map<string, Run[]>();
  for (const run of runs) {
    const name = key(run);
    const list = found.get(name);
    if (list) list.push(run);
    else found.set(name, [run]);
  }
  return [...found.values()].map((list) => ({ runs: list, first: list[0] }));
}

/** The classifiers by configuration, in the order of their first appearance. */
export function groupClassifiers(runs: readonly ClassifierRun[]): Group<ClassifierRun>[] {
  return groupBy(runs, (run) =>
    JSON.stringify([
      run.model,
      run.loss,
      run.normalize,
      run.optimizer,
      setting(run.learningRate),
      run.epochs,
      run.batchSize,
    ]),
  );
}

/** The autoencoders by configuration, in the order of their first appearance. */
export function groupAutoencoders(runs: readonly AutoencoderRun[]): Group<AutoencoderRun>[] {
  return groupBy(runs, (run) =>
    JSON.stringify([run.hidden, setting(run.learningRate), run.epochs, run.batchSize]),
  );
}

/** How a run's settings differ from the paper's model; empty if they do not. */
export function departures(run: ClassifierRun): string[] {
  const paper = PAPER_MODELS[run.model - 1];
  const list: string[] = [];
  const differ = (name: string, ours: string, theirs: string) => {
    if (ours !== theirs) list.push(`${name} ${ours} instead of ${theirs}`);
  };
  if (run.epochs !== paper.epochs) {
    list.push(`${count(run.epochs, 'epoch')} instead of ${paper.epochs}`);
  }
  differ('optimizer', optimizerName(run.optimizer), optimizerName(paper.optimizer));
  differ('learning rate', setting(run.learningRate), setting(paper.learningRate));
  differ('batch', setting(run.batchSize), setting(paper.batchSize));
  if (run.loss === 'mse' && run.normalize) list.push('pixels standardised');
  if (run.loss === 'cross_entropy' && !run.normalize) list.push('pixels not standardised');
  return list;
}

/** `SGD` or `Adam`. */
export function optimizerName(optimizer: 'sgd' | 'adam'): string {
  return optimizer === 'sgd' ? 'SGD' : 'Adam';
}

/**
 * The group that represents a model of Table I: the one with the paper's settings or, in a shortened run,
 * the one closest to them. Undefined if the model was not trained by this recipe.
 */
export function standing(
  groups: readonly Group<ClassifierRun>[],
  model: ModelNumber,
  recipe: Recipe,
): Group<ClassifierRun> | undefined {
  const fitting = groups.filter(
    (group) => group.first.model === model && recipeOf(group.first) === recipe,
  );
  return fitting.sort(
    (a, b) =>
      departures(a.first).length - departures(b.first).length || b.first.epochs - a.first.epochs,
  )[0];
}

/** The final test losses of a group. */
export function testLoss(group: Group<ClassifierRun> | Group<AutoencoderRun>): Spread {
  return spreadOf(group.runs.map((run) => run.test.loss));
}

/** The final test accuracies of a group. */
export function testAccuracy(group: Group<ClassifierRun>): Spread {
  return spreadOf(group.runs.map((run) => run.test.accuracy ?? Number.NaN));
}

/** Median training seconds of an epoch, over all epochs and seeds, so that compilation in the first epoch does not count. */
export function secondsPerEpoch(
  runs: readonly { readonly history: readonly EpochRecord[] }[],
): number {
  const all = runs.flatMap((run) => run.history.map((record) => record.seconds));
  const sorted = all.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
