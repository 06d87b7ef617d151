import { type Context, RECIPES, recipeName, standingGroups } from './context.ts';
import {
  accuracySpread,
  fixed,
  lossSpread,
  percent,
  plain,
  setting,
  spread,
  table,
} from './format.ts';
import {
  departures,
  type Group,
  optimizerName,
  recipeOf,
  secondsPerEpoch,
  spreadOf,
  testAccuracy,
  testLoss,
} from './groups.ts';
import type { ClassifierRun } from './results.ts';
import { PAPER_MODELS, PAPER_TABLE } from './table.ts';

function seedsOf(runs: readonly { readonly seed: number }[]): string {
  return [...new Set(runs.map((run) => run.seed))].sort((a, b) => a - b).join(', ');
}

/** What was run, where and with what. */
export function facts(context: Context): string {
  const { adapter, browser, classifiers, autoencoders, dataset, date } = context.results;
  const named = [adapter.description || adapter.device, adapter.vendor, adapter.architecture];
  const name = [...new Set(named.filter((part) => part !== ''))].join(', ');
  const software = adapter.software ? ' (**software: runs on the CPU**)' : '';
  const runs = [...classifiers, ...autoencoders];
  const time = spreadOf(runs.map((run) => run.seconds));
  const [model] = PAPER_MODELS;
  return table(
    ['', ''],
    [
      ['Date', plain(date)],
      ['Adapter', `${plain(name) || 'not named by the browser'}${software}`],
      ['Browser', plain(browser)],
      ['Data', `${plain(dataset.name)}${dataset.synthetic ? ' — **synthetic**' : ''}`],
      ['Network', `784 – ${model.n1} – ${model.n2} – 10, ReLU, dropout ${setting(model.dropout)}`],
      ['Seeds', (seedsOf(runs) || '–') + (atOnce(context) ? ', trained at once' : '')],
      ['Training, all runs', `${fixed((time.mean ?? 0) * time.count, 1)} s`],
    ],
    2,
  );
}

function modelName(group: Group<ClassifierRun>): string {
  return `Model ${group.first.model}`;
}

/** Table I beside our figures, with notes on settings that differ from the paper's. */
export function comparison(context: Context): string {
  const rows = PAPER_MODELS.map((paper) => {
    const row = PAPER_TABLE[paper.model - 1];
    const ours = RECIPES.flatMap((recipe) => {
      const group = context.standing(paper.model, recipe);
      if (!group) return ['–', '–'];
      const mark = departures(group.first).length > 0 ? ' †' : '';
      return [lossSpread(testLoss(group)) + mark, accuracySpread(testAccuracy(group)) + mark];
    });
    const name = `**Model ${paper.model}** (${optimizerName(paper.optimizer)}, ${paper.epochs} epochs)`;
    return [name, fixed(row.loss, 2), percent(row.accuracy, 1), ...ours];
  });
  const title = (text: string) =>
    context.results.dataset.synthetic ? `${text} (synthetic data)` : text;
  const header = [
    '',
    'Paper: loss',
    'Paper: accuracy',
    title('Text recipe: MSE'),
    title('Text recipe: accuracy'),
    title('Table recipe: cross-entropy'),
    title('Table recipe: accuracy'),
  ];
  const notes = standingGroups(context)
    .filter((group) => departures(group.first).length > 0)
    .map(
      (group) =>
        `${modelName(group)}, ${recipeName(recipeOf(group.first))}: ${departures(group.first).join(', ')}`,
    );
  const note = notes.length > 0 ? `\n\n† Not the paper's settings. ${notes.join('; ')}.` : '';
  return table(header, rows) + note;
}

/** Explains the columns of {@link comparison}. */
export function columns(context: Context): string {
  const numbers = standingGroups(context).map((group) => group.runs.length);
  const most = Math.max(0, ...numbers);
  const over =
    most > 1
      ? ` Ours are means ± sample standard deviations over ${Math.min(...numbers) === most ? `${most} seeds` : `up to ${most} seeds`}, of the network after the last epoch.`
      : ' Ours are of the network after the last epoch, from one seed.';
  return `All figures are for the test images. *Text recipe*: ${recipeName('text')}, as sections II and III say. *Table recipe*: ${recipeName('table')}, as Table I's losses suggest.${over}`;
}

/** Every run that represents no model of the paper: what it changes, and its result. */
export function variations(context: Context): string {
  const stand = standingGroups(context);
  const others = context.groups.filter((group) => !stand.includes(group));
  const rows = others.map((group) => {
    const base = context.standing(group.first.model, recipeOf(group.first));
    const [ours, theirs] = [testAccuracy(group), base && testAccuracy(base)];
    const points =
      ours.mean !== null && theirs && theirs.mean !== null ? (ours.mean - theirs.mean) * 100 : null;
    return [
      modelName(group),
      departures(group.first).join(', ') || 'nothing',
      recipeOf(group.first) === 'text' ? 'MSE' : 'cross-entropy',
      String(group.runs.length),
      lossSpread(testLoss(group)),
      accuracySpread(ours),
      points === null ? '–' : `${points > 0 ? '+' : ''}${fixed(points, 2)}`,
      fixed(secondsPerEpoch(group.runs), 2),
    ];
  });
  if (rows.length === 0) return 'No variations were run.';
  const header = [
    'Model',
    'Changed',
    'Loss function',
    'Seeds',
    'Test loss',
    'Test accuracy',
    'Points vs. the model',
    'Seconds per epoch',
  ];
  return table(header, rows, 3);
}

/** The autoencoders: settings, test error, time. */
export function autoencoders(context: Context): string {
  const rows = context.autoencoders.map(({ first, runs }) => [
    `784 – ${first.hidden} – 784`,
    setting(first.learningRate),
    String(first.epochs),
    String(first.batchSize),
    String(runs.length),
    lossSpread(testLoss({ first, runs })),
    fixed(secondsPerEpoch(runs), 2),
  ]);
  if (rows.length === 0) return 'No autoencoder was trained.';
  const header = [
    'Network',
    'Learning rate',
    'Epochs',
    'Batch',
    'Seeds',
    'Test MSE',
    'Seconds per epoch',
  ];
  return table(header, rows);
}

const SHARES =
  "The seeds of a model were trained at once, in the same dispatches: the seconds of a run are its share of the ensemble's.";

/** Whether seeds were trained at once. */
const atOnce = ({ results }: Context): boolean =>
  [...results.classifiers, ...results.autoencoders].some(({ together = 1 }) => together > 1);

/** Training times of the models. */
export function times(context: Context): string {
  const rows = standingGroups(context).map((group) => [
    modelName(group),
    recipeName(recipeOf(group.first)),
    String(group.first.epochs),
    fixed(secondsPerEpoch(group.runs), 2),
    spread(spreadOf(group.runs.map((run) => run.seconds)), (value) => fixed(value, 1)),
  ]);
  if (rows.length === 0) return 'No classifier was trained.';
  const own = table(
    ['Model', 'Loss and pixels', 'Epochs', 'Seconds per epoch', 'Seconds, whole run'],
    rows,
    2,
  );
  return atOnce(context) ? `${own}\n\n${SHARES}` : own;
}
